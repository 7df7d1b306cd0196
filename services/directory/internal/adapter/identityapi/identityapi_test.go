package identityapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"muster/libs/errs"
	"muster/libs/service/servicetest"
	"muster/libs/web"
	"muster/services/directory/internal/adapter/httpapi/httpapitest"
	"muster/services/directory/internal/adapter/identityapi"
	"muster/services/directory/internal/roster"
	"muster/services/directory/internal/roster/rostertest"
)

func client(t *testing.T, url string) *identityapi.LegacyAccounts {
	t.Helper()
	tokens, err := web.NewServiceTokens(servicetest.Secret, "directory")
	if err != nil {
		t.Fatal(err)
	}
	c, err := identityapi.NewLegacyAccounts(url, tokens)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLegacyAccounts(t *testing.T) {
	rostertest.TestLegacyAccounts(t, func(t *testing.T) rostertest.Identity {
		identity := httpapitest.NewIdentity(t)
		return rostertest.Identity{LegacyAccounts: client(t, identity.URL), Fake: identity.LegacyAccounts, Leave: identity.Close}
	})
}

// TestAnswersThatAreNone: what identity's circumstances explain may be tried again, the rest is a mistake of ours.
func TestAnswersThatAreNone(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		kind   errs.Kind
	}{
		"unavailable":         {503, `{}`, errs.KindUnavailable},
		"busy":                {429, `{}`, errs.KindUnavailable},
		"not understood":      {400, `{}`, errs.KindInternal},
		"not let in":          {401, `{}`, errs.KindInternal},
		"not JSON":            {200, `<html>`, errs.KindInternal},
		"too few":             {200, `{"results":[]}`, errs.KindInternal},
		"about somebody else": {200, `{"results":[{"legacyUserId":8,"outcome":"stored"}]}`, errs.KindInternal},
		"too many":            {200, `{"results":[{"legacyUserId":7,"outcome":"stored"},{"legacyUserId":7,"outcome":"stored"}]}`, errs.KindInternal},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer server.Close()
			_, err := client(t, server.URL).Offer(t.Context(), false, []roster.LegacyAccount{{LegacyUserID: 7, Email: "grace@example.com"}})
			if err == nil || errs.KindOf(err) != c.kind {
				t.Fatalf("error %v", err)
			}
			if strings.Contains(err.Error(), "grace") {
				t.Errorf("the error, which is logged, names the address: %v", err)
			}
		})
	}
}
