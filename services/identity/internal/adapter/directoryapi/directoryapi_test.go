package directoryapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/libs/service/servicetest"
	"muster/libs/web"
	"muster/services/identity/internal/adapter/directoryapi"
	"muster/services/identity/internal/adapter/httpapi/httpapitest"
	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

func client(t *testing.T, url string) *directoryapi.Directory {
	t.Helper()
	tokens, err := web.NewServiceTokens(servicetest.Secret, "identity")
	if err != nil {
		t.Fatal(err)
	}
	d, err := directoryapi.New(url, tokens)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDirectory(t *testing.T) {
	identitytest.TestDirectory(t, func(t *testing.T) identitytest.DirectoryUnderTest {
		server := httpapitest.NewDirectory(t)
		return identitytest.DirectoryUnderTest{Directory: client(t, server.URL), Behind: server.Directory}
	})
}

// TestAnswersThatAreNone: what directory's circumstances explain may be tried again, the rest is a mistake of ours.
func TestAnswersThatAreNone(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		kind   errs.Kind
	}{
		"unavailable":         {503, `{}`, errs.KindUnavailable},
		"limited":             {429, `{"message":"m","code":"RATE_LIMITED"}`, errs.KindTooMany},
		"not understood":      {400, `{"code":"VALIDATION_FAILED"}`, errs.KindInternal},
		"not let in":          {401, `{}`, errs.KindInternal},
		"a code of another":   {200, `{"code":"INVALID_CODE"}`, errs.KindInternal},
		"with another status": {404, `{"code":"INVALID_CODE"}`, errs.KindInternal},
		"not JSON":            {200, `<html>`, errs.KindInternal},
		"nobody":              {200, `{"userId":null,"legacy":null}`, errs.KindInternal},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "7")
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer server.Close()
			_, err := client(t, server.URL).Redeem(t.Context(), identity.Redemption{Type: "RPWR", Email: "grace@example.com", Code: "abc123def456"})
			if err == nil || errs.KindOf(err) != c.kind {
				t.Fatalf("error %v", err)
			}
			if strings.Contains(err.Error(), "grace") || strings.Contains(err.Error(), "abc123def456") {
				t.Errorf("the error, which is logged, says too much: %v", err)
			}
			if c.kind == errs.KindTooMany && errs.From(err).RetryAfter != 7*time.Second {
				t.Errorf("retry after %v", errs.From(err).RetryAfter)
			}
		})
	}
	server := httpapitest.NewDirectory(t)
	server.Close()
	if _, err := client(t, server.URL).Redeem(t.Context(), identity.Redemption{}); errs.KindOf(err) != errs.KindUnavailable {
		t.Errorf("away: %v", err)
	}
}
