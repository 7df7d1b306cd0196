package httpapi_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"muster/libs/contracts/billingv1"
	"muster/libs/errs"
	"muster/libs/listing"
	"muster/services/billing/internal/billing"
)

// books has entries in batches, and fails after them if broken is set.
type books struct {
	batches [][]billing.LedgerEntry
	sums    []billing.MovementSum
	broken  error
	asked   string
}

func (b *books) Ledger(_ context.Context, u *url.URL) (listing.Page[billing.LedgerEntry], error) {
	b.asked = u.RawQuery
	var page listing.Page[billing.LedgerEntry]
	for _, batch := range b.batches {
		page.Data = append(page.Data, batch...)
	}
	page.Total = int64(len(page.Data))
	return page, b.broken
}

func (b *books) LedgerEntries(_ context.Context, u *url.URL, each func([]billing.LedgerEntry) error) error {
	b.asked = u.RawQuery
	for _, batch := range b.batches {
		if err := each(batch); err != nil {
			return err
		}
	}
	return b.broken
}

func (b *books) Movements(context.Context) ([]billing.MovementSum, error) { return b.sums, b.broken }

func entry(id int64, invoice string) billing.LedgerEntry {
	return billing.LedgerEntry{
		ID: id, Key: "k", UserID: 42, Kind: billingv1.EntryRefund, Amount: -420, Tax: -80, Currency: "usd", SubscriptionID: 7, ProviderSubID: "sub_1",
		InvoiceID: invoice, ChargeID: "ch_1", RefundID: "re_1", DisputeID: "dp_1", Interval: "month", IntervalCount: 1, OccurredAt: now, RecordedAt: now,
	}
}

func TestLedgerAsJSON(t *testing.T) {
	e := newEdge(t)
	e.books.batches = [][]billing.LedgerEntry{{entry(1, "in_1"), {ID: 2, UserID: 42, Kind: billingv1.EntryPayment, Amount: 5, Currency: "usd", OccurredAt: now, RecordedAt: now}}}
	w := e.ask(http.MethodGet, "/api/billing/ledger?page=1", 1, "")
	e.golden(w, http.StatusOK, `{"data":[{"id":1,"userId":42,"kind":"refund","amount":-420,"tax":-80,"currency":"usd","subscriptionId":7,`+
		`"stripeSubscriptionId":"sub_1","stripeInvoiceId":"in_1","stripeChargeId":"ch_1","stripeRefundId":"re_1","stripeDisputeId":"dp_1",`+
		`"planInterval":"month","planIntervalCount":1,"occurredAt":"NOW","recordedAt":"NOW"},`+
		`{"id":2,"userId":42,"kind":"payment","amount":5,"tax":0,"currency":"usd","subscriptionId":null,"stripeSubscriptionId":null,`+
		`"stripeInvoiceId":null,"stripeChargeId":null,"stripeRefundId":null,"stripeDisputeId":null,"planInterval":null,"planIntervalCount":null,`+
		`"occurredAt":"NOW","recordedAt":"NOW"}],"total":2}`)
	if e.books.asked != "page=1" {
		t.Errorf("asked for %q", e.books.asked)
	}
}

func TestLedgerAsCSV(t *testing.T) {
	e := newEdge(t)
	const head = "id,userId,kind,amount,tax,currency,subscriptionId,stripeSubscriptionId,stripeInvoiceId,stripeChargeId,stripeRefundId,stripeDisputeId,planInterval,planIntervalCount,occurredAt,recordedAt\n"
	const path = "/api/billing/ledger?format=csv"
	e.golden(e.ask(http.MethodGet, path, 1, ""), http.StatusOK, head)
	e.books.batches = [][]billing.LedgerEntry{{entry(1, "in_1")}, {entry(2, `=HYPERLINK("https://evil.test","x")`)}}
	w := e.ask(http.MethodGet, path, 1, "")
	rest := "sub_1,%s,ch_1,re_1,dp_1,month,1,NOW,NOW\n"
	e.golden(w, http.StatusOK, head+"1,42,refund,-420,-80,usd,7,"+strings.Replace(rest, "%s", "in_1", 1)+
		"2,42,refund,-420,-80,usd,7,"+strings.Replace(rest, "%s", `"'=HYPERLINK(""https://evil.test"",""x"")"`, 1))
	if w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("%v", w.Header())
	}
	for _, start := range []string{"=", "+", "-", "@", "\t", "\r"} {
		e.books.batches = [][]billing.LedgerEntry{{entry(1, start+"1")}}
		if body := e.ask(http.MethodGet, path, 1, "").Body.String(); !strings.Contains(body, "'"+start+"1") {
			t.Errorf("a formula: %q", body)
		}
	}
}

// A part of the ledger is not taken for all of it.
func TestABrokenExportEndsTheConnection(t *testing.T) {
	e := newEdge(t)
	e.books.broken = errs.InvalidField("filter", "must be an object")
	if w := e.ask(http.MethodGet, "/api/billing/ledger?format=csv&filter=x", 1, ""); w.Code != http.StatusBadRequest {
		t.Errorf("%d", w.Code)
	}
	e.books.batches, e.books.broken = [][]billing.LedgerEntry{{entry(1, "in_1")}}, errors.New("the database is gone")
	defer func() {
		if p := recover(); p != http.ErrAbortHandler { //nolint:errorlint // the sentinel is panicked as it is
			t.Errorf("the answer looks complete: %v", p)
		}
	}()
	e.ask(http.MethodGet, "/api/billing/ledger?format=csv", 1, "")
}

func TestMetrics(t *testing.T) {
	e := newEdge(t)
	e.golden(e.ask(http.MethodGet, "/api/billing/metrics", 1, ""), http.StatusOK, `{"asOf":"NOW","currencies":[]}`)
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	e.books.sums = []billing.MovementSum{
		{Currency: "usd", Month: month.AddDate(0, -1, 0), Kind: billing.MovementNew, Amount: 3000, Number: 2},
		{Currency: "usd", Month: month, Kind: billing.MovementChurn, Amount: -1000, Number: 1},
		{Currency: "usd", Month: month, Kind: billing.MovementExpansion, Amount: 10, Number: 1},
		{Currency: "usd", Month: month, Kind: billing.MovementContraction, Amount: -20, Number: 1},
		{Currency: "usd", Month: month, Kind: billing.MovementReactivation, Amount: 500, Number: 1},
	}
	e.golden(e.ask(http.MethodGet, "/api/billing/metrics?months=1", 1, ""), http.StatusOK, `{"asOf":"NOW","currencies":[{"currency":"usd","mrr":2490,`+
		`"arr":29880,"months":[{"month":"`+month.Format("2006-01")+`","openingMrr":3000,"new":0,"expansion":10,"contraction":-20,"churn":-1000,`+
		`"reactivation":500,"closingMrr":2490,"churnRate":0.3333,"started":1,"ended":1}]}]}`)
	for _, months := range []string{"0", "121", "x"} {
		if w := e.ask(http.MethodGet, "/api/billing/metrics?months="+months, 1, ""); w.Code != http.StatusBadRequest {
			t.Errorf("%s months: %d", months, w.Code)
		}
	}
}

func TestTheBooksAreForAdministrators(t *testing.T) {
	e := newEdge(t)
	for _, path := range []string{"ledger", "ledger?format=csv", "metrics"} {
		for user, want := range map[int64]int{0: http.StatusUnauthorized, 42: http.StatusForbidden, 1: http.StatusOK} {
			if w := e.ask(http.MethodGet, "/api/billing/"+path, user, ""); w.Code != want {
				t.Errorf("%s as %d: %d, want %d", path, user, w.Code, want)
			}
		}
	}
	if w := e.ask(http.MethodGet, "/api/billing/ledger?format=xml", 1, ""); w.Code != http.StatusBadRequest {
		t.Errorf("%d", w.Code)
	}
}

func (b *books) Income(_ context.Context, q billing.IncomeQuery) (billing.Income, error) {
	b.asked = strings.Join([]string{q.Month.UTC().Format(time.RFC3339), q.Year.Format(time.RFC3339), q.Until.Format(time.RFC3339), q.Currency}, " ")
	return billing.Income{
		Month: billing.WindowIncome{NewMonthly: 1, NewAnnual: 2, Other: 3}, Year: billing.WindowIncome{NewMonthly: 4, NewAnnual: 5, Other: 6},
		Total: billing.TotalIncome{Monthly: 7, Annual: 8}, OtherCurrencies: []string{"eur"},
	}, b.broken
}

func TestIncomeOnTheWire(t *testing.T) {
	e := newEdge(t)
	inside := asGateway(t)
	const query = "/internal/income?month=2026-03-01T00:00:00%2B01:00&year=2026-01-01T00:00:00Z&until=2026-03-02T03:04:05Z&currency="
	e.golden(e.ask("GET", query+"usd", 1, ""), 401, `{"message":"User not authenticated"}`)
	e.golden(e.ask("GET", query+"usd", 0, "", inside...), 200, `{"month":{"newMonthly":1,"newAnnual":2,"other":3},`+
		`"otherCurrencies":["eur"],"total":{"annual":8,"monthly":7},"year":{"newMonthly":4,"newAnnual":5,"other":6}}`)
	if want := "2026-02-28T23:00:00Z 2026-01-01T00:00:00Z 2026-03-02T03:04:05Z usd"; e.books.asked != want {
		t.Errorf("asked for %q, want %q", e.books.asked, want)
	}
	invalid(t, e.ask("GET", query+"USD", 0, "", inside...), "currency")
	invalid(t, e.ask("GET", "/internal/income?currency=usd&month=2026-03-01T00:00:00Z&year=x", 0, "", inside...), "year")
}
