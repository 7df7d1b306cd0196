package httpapi_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"muster/libs/listing"
	"muster/services/billing/internal/billing"
	"muster/services/billing/internal/billing/billingtest"
)

// runs reads runs from memory.
type runs struct{ *billingtest.Memory }

func (r runs) ListRuns(context.Context, *url.URL) (listing.Page[billing.Run], error) {
	all := r.Runs()
	return listing.Page[billing.Run]{Data: all, Total: int64(len(all))}, nil
}

func (r runs) Mismatches(context.Context, int64, int) ([]billing.Mismatch, error) {
	return r.Memory.Mismatches(), nil
}

func TestReconciliationRuns(t *testing.T) {
	e := newEdge(t)
	const path = "/api/billing/reconciliation-runs"
	e.golden(e.ask(http.MethodGet, path, 1, ""), http.StatusOK, `{"data":[],"total":0}`)
	const run = `{"id":1,"kind":"full","status":"running","requestedBy":1,"phase":"subscription","checked":0,"mismatches":0,"healed":0,` +
		`"startedAt":"NOW","updatedAt":"NOW","finishedAt":null`
	e.golden(e.ask(http.MethodPost, path, 1, "{}"), http.StatusAccepted, run+"}")
	e.golden(e.ask(http.MethodPost, path, 1, "{}"), http.StatusAccepted, run+"}")
	e.golden(e.ask(http.MethodGet, path, 1, ""), http.StatusOK, `{"data":[`+run+`}],"total":1}`)
	must(t, e.store.Tx(t.Context(), func(ctx context.Context, tx billing.Tx) error {
		return tx.AddMismatch(ctx, billing.Mismatch{
			RunID: 1, Kind: billing.MismatchMissing, Object: billing.KindCharge, ObjectID: "ch_1", Healed: true, FoundAt: now,
		})
	}))
	e.golden(e.ask(http.MethodGet, path+"/1", 1, ""), http.StatusOK,
		run+`,"found":[{"kind":"missing","object":"charge","objectId":"ch_1","healed":true,"foundAt":"NOW"}]}`)
	if w := e.ask(http.MethodGet, path+"/99", 1, ""); w.Code != http.StatusNotFound {
		t.Errorf("%d", w.Code)
	}
	for method, paths := range map[string][]string{http.MethodGet: {path, path + "/1"}, http.MethodPost: {path}} {
		for _, p := range paths {
			if w := e.ask(method, p, 42, "{}"); w.Code != http.StatusForbidden {
				t.Errorf("%s %s: %d", method, p, w.Code)
			}
		}
	}
}
