package httpapi_test

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"muster/libs/limits/limitstest"
	"muster/libs/listing"
	"muster/libs/service/servicetest"
	"muster/libs/usersapi"
	"muster/libs/web"
	"muster/services/directory/internal/adapter/httpapi"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
	"muster/services/directory/internal/roster"
	"muster/services/directory/internal/roster/rostertest"
)

// Who is in the directory of these tests.
const (
	nobody = 0
	user   = 1
	admin  = 2
	other  = 3
	gone   = 4
)

// api is the router with the real service on fakes.
type api struct {
	engine *gin.Engine
	issuer *servicetest.Issuer
	store  *directorytest.Store
	mailer *directorytest.Mailer
	core   *directory.Service
	clock  *directorytest.Clock
	legacy *rostertest.LegacyAccounts
	drain  chan struct{}
}

func newAPI(t testing.TB, adminsOnly bool) *api {
	t.Helper()
	a := &api{issuer: servicetest.NewIssuer(t), store: directorytest.NewStore(), mailer: &directorytest.Mailer{}, clock: directorytest.NewClock(),
		legacy: rostertest.NewLegacyAccounts(), drain: make(chan struct{})}
	a.store.Put(directorytest.SampleUser(user), directorytest.SampleAdmin(admin), directorytest.SampleUser(other), directorytest.SampleTombstone(gone))
	log := slog.New(slog.DiscardHandler)
	keys, err := web.RemoteKeys(t.Context(), a.issuer.URL, log)
	must(t, err)
	csrf, err := web.NewCSRF(servicetest.Secret)
	must(t, err)
	services, err := web.NewServiceTokens(servicetest.Secret, "directory")
	must(t, err)
	a.engine = web.New(web.Options{Service: "directory", Logger: log, Streams: httpapi.Streams})
	service := directory.New(directory.Ports{
		Store: a.store, Mails: a.store, Mailer: a.mailer, Throttle: limitstest.New(a.clock.Now), Now: a.clock.Now,
		NewCode: func() string { return "abc123def456" }, NewDigits: func() string { return "123456" },
		NewToken: func() string { return "0a4b81f3-0756-468e-8d98-7199eaab2ab8" },
	}, directory.Rules{})
	a.core = service
	httpapi.Mount(a.engine, httpapi.Config{
		Service: service, Roster: roster.New(roster.Ports{Store: a.store.Roster(), Legacy: a.legacy, Now: a.clock.Now}),
		Reader: reader{a.store}, Imports: reader{a.store}, Draining: a.drain, Keys: keys, CSRF: csrf, Standing: a.standing, AdminsOnly: adminsOnly,
	})
	httpapi.MountInternal(a.engine.Group("/internal", services.Only("gateway")), service, reader{a.store})
	httpapi.MountIdentity(a.engine.Group("/internal", services.Only("identity")), service)
	return a
}

func (a *api) standing(_ context.Context, caller web.Caller) (web.Standing, error) {
	u := a.store.User(caller.UserID)
	return web.Standing{Active: u.IsActive, TypeCode: u.TypeCode}, nil
}

// putProperties returns a user properties.
func (a *api) putProperties(t *testing.T, id int64, p directory.Properties) {
	t.Helper()
	must(t, a.store.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error {
		_, err := tx.PutProperties(ctx, id, p)
		return err
	}))
}

// deliver delivers what is due.
func (a *api) deliver(t *testing.T) {
	t.Helper()
	for {
		_, found, err := a.core.DeliverMail(t.Context())
		must(t, err)
		if !found {
			return
		}
	}
}

// do sends a request as a user and gives the answer.
func (a *api) do(t *testing.T, as int64, method, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	var reader io.Reader = http.NoBody
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, target, reader)
	r.Header.Set("Content-Type", "application/json")
	if as != nobody {
		a.issuer.SignIn(t, r, as)
	}
	return a.send(r)
}

func (a *api) send(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	a.engine.ServeHTTP(w, r)
	return w
}

// reader answers from the fake store; its lists know no query but an impossible page.
type reader struct{ store *directorytest.Store }

func (r reader) User(_ context.Context, id int64) (usersapi.User, error) {
	u := r.store.User(id)
	if u.ID == 0 || u.Deleted {
		return usersapi.User{}, directory.ErrUserNotFound
	}
	return usersapi.User{ID: u.ID, Username: u.Username, IsActive: u.IsActive}, nil
}

func (r reader) WritePerson(_ context.Context, id int64, w io.Writer) error {
	if r.store.User(id).Deleted {
		return directory.ErrUserNotFound
	}
	_, err := fmt.Fprintf(w, `{"profile":{"id":%d}}`, id)
	return err
}

func (r reader) LegacyTotals(context.Context) (directory.LegacyTotals, error) {
	return directory.LegacyTotals{Legacy: 1500, Migrated: 1400}, nil
}

func (r reader) EmailState(_ context.Context, id int64) (directory.EmailState, error) {
	u := r.store.User(id)
	if u.ID == 0 || u.Deleted {
		return directory.EmailState{}, directory.ErrUserNotFound
	}
	return u.EmailState(), nil
}

func (r reader) ThunderUser(_ context.Context, id int64) (directory.ThunderUser, error) {
	u, record := r.store.User(id), r.store.ThunderRecord(id)
	if u.ID == 0 || u.Deleted {
		return directory.ThunderUser{}, directory.ErrUserNotFound
	}
	return directory.ThunderUser{
		UserID: id, Email: u.Email, Verified: u.VerifiedAt != nil, Token: record.Token, CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt,
		Properties: cmp.Or(string(r.store.Properties(id)), "{}"), Version: u.Version,
	}, nil
}

func (r reader) UserWithProperties(ctx context.Context, id int64) (directory.UserWithProperties, error) {
	u, err := r.User(ctx, id)
	return directory.UserWithProperties{User: u, Properties: cmp.Or(string(r.store.Properties(id)), "{}")}, err
}

var anyList = listing.New(listing.Field{Name: "id", Column: "id", Kind: listing.Integer, ID: true, Sortable: true, Filterable: true})

func (r reader) Users(ctx context.Context, u *url.URL) (listing.Page[usersapi.User], error) {
	q, err := anyList.ParseURL(u)
	if err != nil {
		return listing.Page[usersapi.User]{}, err
	}
	one, err := r.User(ctx, user)
	return listing.Page[usersapi.User]{Data: []usersapi.User{one}, Total: 41, Offset: q.Offset()}, err
}

func (r reader) UsersToEverybody(ctx context.Context, u *url.URL) (listing.Page[usersapi.User], error) {
	if strings.Contains(u.RawQuery, "properties.") {
		return listing.Page[usersapi.User]{}, directory.ErrAdminOnly
	}
	return r.Users(ctx, u)
}

func (r reader) Requests(context.Context, *url.URL) (listing.Page[directory.ListedRequest], error) {
	code := "abc123def456"
	return listing.Page[directory.ListedRequest]{Total: 1, Data: []directory.ListedRequest{request(user, &code)}}, nil
}

// Request knows one request of the user's, 5, and one of somebody else's, 6.
func (r reader) Request(_ context.Context, id int64) (directory.ListedRequest, error) {
	code := "abc123def456"
	owner, known := map[int64]int64{5: user, 6: 3}[id]
	if !known {
		return directory.ListedRequest{}, directory.ErrRequestNotFound
	}
	found := request(owner, &code)
	found.ID = id
	return found, nil
}

func (r reader) OwnRequests(_ context.Context, id int64, _ *url.URL) (listing.Page[directory.ListedRequest], error) {
	return listing.Page[directory.ListedRequest]{Total: 1, Data: []directory.ListedRequest{request(id, nil)}}, nil
}

func request(userID int64, code *string) directory.ListedRequest {
	first := "Ada"
	return directory.ListedRequest{
		ID: 5, UserID: userID, TypeCode: "REGR", TypeName: "Email Verification", Code: code, Attempts: 2,
		CreatedOn: directorytest.NewClock().Second(), Username: "ada", Email: "ada@example.com", FirstName: &first, IsActive: true,
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
