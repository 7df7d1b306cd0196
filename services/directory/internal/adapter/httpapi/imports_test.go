package httpapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"muster/libs/causal"
	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/roster"
)

func (r reader) Import(_ context.Context, id string) (roster.Import, error) {
	i := r.store.Import(id)
	if i.ID == "" {
		return i, roster.ErrImportNotFound
	}
	return i, nil
}

func (r reader) Imports(_ context.Context, u *url.URL) (listing.Page[roster.Import], error) {
	_, err := anyList.ParseURL(u)
	return listing.Page[roster.Import]{Total: 1, Data: []roster.Import{r.store.Import("one")}}, err
}

func (r reader) ImportRows(ctx context.Context, id string, _ *url.URL) (listing.Page[roster.ImportRow], error) {
	_, err := r.Import(ctx, id)
	rows := r.store.Report(id)
	return listing.Page[roster.ImportRow]{Data: rows, Total: int64(len(rows))}, err
}

func (r reader) ImportFailures(_ context.Context, id string, limit int) ([]roster.ImportRow, error) {
	rows := slices.DeleteFunc(r.store.Report(id), func(r roster.ImportRow) bool { return r.Outcome != roster.RowFailed })
	return rows[:min(limit, len(rows))], nil
}

func (r reader) ImportedUsers(context.Context, string, int) ([]directory.User, error) {
	return []directory.User{r.store.User(user)}, nil
}

// post uploads a roster.
func (a *api) post(t *testing.T, as int64, query, contentType string, body io.Reader) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/api/users/import"+query, body)
	r.Header.Set("Content-Type", contentType)
	if as != nobody {
		a.issuer.SignIn(t, r, as)
	}
	return a.send(r)
}

const ndjson = "application/x-ndjson"

const twoRows = `{"legacyUserId":7,"email":"grace@example.com"}` + "\n" + `{"legacyUserId":8}` + "\n"

func importAnswer(id string, dryRun bool) string {
	return fmt.Sprintf(`{"importId":%q,"dryRun":%t,"lines":2,"created":1,"updated":0,"unchanged":0,"linked":0,"activated":0,"failed":1,"finished":true,`+
		`"startedBy":2,"startedAt":"2026-03-14T12:00:00Z","updatedAt":"2026-03-14T12:00:00Z","finishedAt":"2026-03-14T12:00:00Z"`, id, dryRun)
}

const oneFailure = `,"errors":[{"line":2,"legacyUserId":8,"code":"VALIDATION_FAILED","message":"email: must be an email address such as ada@example.com"}]}`

func TestImportingOverHTTP(t *testing.T) {
	const badID = "must have 1 to 64 letters, digits, dots, hyphens and underscores"
	for _, c := range []struct {
		as                 int64
		query, contentType string
		status             int
		want               string
	}{
		{nobody, "", ndjson, 401, notAuthenticated},
		{user, "", ndjson, 403, adminOnly},
		{admin, "?importId=one", ndjson, 200, importAnswer("one", false) + oneFailure},
		{admin, "?importId=one&dryRun=true", ndjson + "; charset=utf-8", 200, importAnswer("one", true) + oneFailure},
		{admin, "?dryRun=yes", ndjson, 400, invalid("dryRun", "must be true or false")},
		{admin, "?importId=a%20b", ndjson, 400, invalid("importId", badID)},
		{admin, "?importId=" + strings.Repeat("x", 65), ndjson, 400, invalid("importId", badID)},
		{admin, "", "application/json", 415, `{"message":"Send the roster as application/x-ndjson.","code":"UNSUPPORTED_MEDIA_TYPE"}`},
		{admin, "", "", 415, `{"message":"Send the roster as application/x-ndjson.","code":"UNSUPPORTED_MEDIA_TYPE"}`},
	} {
		t.Run(fmt.Sprintf("as %d %s %s", c.as, c.query, c.contentType), func(t *testing.T) {
			w := newAPI(t, false).post(t, c.as, c.query, c.contentType, strings.NewReader(twoRows))
			if w.Code != c.status || w.Body.String() != c.want {
				t.Errorf("%d %s\nwant %d %s", w.Code, w.Body, c.status, c.want)
			}
		})
	}
}

func TestAnImportWithoutAnIDGetsOne(t *testing.T) {
	a := newAPI(t, false)
	first := a.post(t, admin, "", ndjson, strings.NewReader(twoRows)).Body.String()
	second := a.post(t, admin, "", ndjson, strings.NewReader(twoRows)).Body.String()
	if !strings.HasPrefix(first, `{"importId":"`) || first[:30] == second[:30] || !strings.Contains(second, `"unchanged":1`) {
		t.Errorf("%s\n%s", first, second)
	}
}

func TestReadingImports(t *testing.T) {
	a := newAPI(t, false)
	a.post(t, admin, "?importId=one", ndjson, strings.NewReader(twoRows))
	const rows = `{"data":[{"line":1,"legacyUserId":7,"outcome":"created","code":null,"message":null},` +
		`{"line":2,"legacyUserId":8,"outcome":"failed","code":"VALIDATION_FAILED","message":"email: must be an email address such as ada@example.com"}],"total":2}`
	for _, c := range []struct {
		as     int64
		target string
		status int
		want   string
	}{
		{admin, "/api/users/imports", 200, `{"data":[` + importAnswer("one", false) + `}],"total":1}`},
		{admin, "/api/users/imports?page=0", 400, invalid("page", "must be a whole number from 1 on")},
		{admin, "/api/users/imports/one", 200, importAnswer("one", false) + oneFailure},
		{admin, "/api/users/imports/two", 404, `{"message":"There is no such import.","code":"IMPORT_NOT_FOUND"}`},
		{admin, "/api/users/imports/one/rows", 200, rows},
		{admin, "/api/users/imports/two/rows", 404, `{"message":"There is no such import.","code":"IMPORT_NOT_FOUND"}`},
		{user, "/api/users/imports", 403, adminOnly}, {user, "/api/users/imports/one", 403, adminOnly}, {user, "/api/users/imports/one/rows", 403, adminOnly},
		{nobody, "/api/users/imports/one", 401, notAuthenticated},
	} {
		w := a.do(t, c.as, "GET", c.target, "")
		if w.Code != c.status || strings.TrimSpace(w.Body.String()) != c.want {
			t.Errorf("%s as %d: %d %s\nwant %d %s", c.target, c.as, w.Code, w.Body, c.status, c.want)
		}
	}
}

// TestAnImportSaysHowFarItCame when something is in its way.
func TestAnImportSaysHowFarItCame(t *testing.T) {
	const activate = `{"legacyUserId":9,"email":"alan@example.com","activate":true}`
	rows := strings.Repeat("\n", 600) + activate
	t.Run("identity is away", func(t *testing.T) {
		a := newAPI(t, false)
		a.legacy.Away(web.Unavailable("The identity service", errors.New("dial tcp 10.0.0.1")))
		w := a.post(t, admin, "?importId=one", ndjson, strings.NewReader(rows))
		want := `{"message":"The identity service is not available right now. Please try again.","code":"UNAVAILABLE","importId":"one","lines":500}`
		if w.Code != 503 || w.Body.String() != want || w.Header().Get("Retry-After") == "" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if w := a.do(t, admin, "GET", "/api/users/imports/one", ""); !strings.Contains(w.Body.String(), `"lines":500,`) || !strings.Contains(w.Body.String(), `"finished":false`) {
			t.Errorf("progress %s", w.Body)
		}
	})
	t.Run("the service stops", func(t *testing.T) {
		a := newAPI(t, false)
		server := httptest.NewServer(a.engine) // only a connection has the deadline that ends a read that waits
		defer server.Close()
		upload, rest := io.Pipe()
		go func() {
			_, _ = io.WriteString(rest, rows[:600])
			close(a.drain)
		}()
		r, err := http.NewRequestWithContext(t.Context(), "POST", server.URL+"/api/users/import?importId=one", upload)
		must(t, err)
		r.Header.Set("Content-Type", ndjson)
		a.issuer.SignIn(t, r, admin)
		w, err := server.Client().Do(r)
		must(t, err)
		defer w.Body.Close()
		body, err := io.ReadAll(w.Body)
		must(t, err)
		if w.StatusCode != 503 || !strings.Contains(string(body), `"code":"IMPORT_STOPPED","importId":"one","lines":`) {
			t.Errorf("%d %s", w.StatusCode, body)
		}
	})
	t.Run("an error that nobody designed", func(t *testing.T) {
		a := newAPI(t, false)
		a.legacy.Away(errors.New("secret"))
		w := a.post(t, admin, "?importId=one", ndjson, strings.NewReader(activate))
		if want := `{"message":"Something went wrong on our side.","code":"INTERNAL"}`; w.Code != 500 || w.Body.String() != want {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
	t.Run("the upload is cut", func(t *testing.T) {
		w := newAPI(t, false).post(t, admin, "?importId=one", ndjson, io.MultiReader(strings.NewReader("\n"+activate), cut{}))
		if w.Code != 400 || !strings.Contains(w.Body.String(), `"code":"UPLOAD_CUT","importId":"one","lines":1`) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestTheGatewayIsToldWhoWasImported(t *testing.T) {
	a := newAPI(t, false)
	u := a.store.User(user)
	u.LegacyUserID = nil
	a.store.Put(u)
	w := a.post(t, admin, "", ndjson, strings.NewReader(`{"legacyUserId":7,"email":"ADA1@example.com"}`))
	if got := w.Header().Get(causal.HeaderWrote); w.Code != http.StatusOK || got != "user/1@15" {
		t.Errorf("%d %s wrote %q", w.Code, w.Body, got)
	}
	if got := a.post(t, admin, "?dryRun=true", ndjson, strings.NewReader(twoRows)).Header().Get(causal.HeaderWrote); got != "" {
		t.Errorf("a dry run wrote %q", got)
	}
}

func TestFailuresShownAreBounded(t *testing.T) {
	w := newAPI(t, false).post(t, admin, "", ndjson, strings.NewReader(strings.Repeat("{}\n", 150)))
	if n := strings.Count(w.Body.String(), `"legacyUserId":null`); n != 100 || !strings.Contains(w.Body.String(), `"failed":150`) {
		t.Errorf("%d failures in %s", n, w.Body)
	}
}
