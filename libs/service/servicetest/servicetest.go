// Package servicetest runs services in tests.
package servicetest

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"muster/libs/service"
	"muster/libs/testkit/eventually"
	"muster/libs/web"
)

// patience is how long a test waits for a service to be ready.
const patience = time.Minute

// Replica is one running process of a service, as a test sees it.
type Replica struct {
	URL, InternalURL string
	// Stop stops it and waits. The end of the test stops it too. An unclean stop fails the test.
	Stop func()

	t testing.TB
}

// Start assembles and runs a service as its main function does.
func Start[S service.Configurable](t testing.TB, b service.Blueprint[S], s S, around service.Surroundings) *Replica {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	sh, err := b.Start(ctx, s, around)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- sh.Run(ctx) }()
	r := &Replica{URL: "http://" + sh.Addr().String(), InternalURL: "http://" + sh.InternalAddr().String(), t: t}
	r.Stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("%s does not stop cleanly: %v", b.Name, err)
		}
	})
	t.Cleanup(r.Stop)
	return r
}

// AwaitReady waits until the service says that it is ready.
func (r *Replica) AwaitReady() {
	r.t.Helper()
	eventually.Holds(r.t, patience, "the service is ready", func() bool {
		response, err := http.Get(r.InternalURL + "/readyz")
		if err != nil {
			return false
		}
		defer response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// CalledBy checks that an internal route of the service named self admits the callers and no other service.
func (r *Replica) CalledBy(secret, self, method, path string, callers ...string) {
	r.t.Helper()
	names := []string{"identity", "directory", "billing", "gateway", "ops", "nobody"}
	for _, caller := range names {
		for _, callee := range names {
			want := 0 // whatever the route itself answers
			switch {
			case callee != self:
				want = http.StatusUnauthorized
			case !slices.Contains(callers, caller):
				want = http.StatusForbidden
			}
			got := r.callAs(secret, caller, callee, method, path)
			refused := got == http.StatusUnauthorized || got == http.StatusForbidden
			if want != 0 && got != want || want == 0 && refused {
				r.t.Errorf("%s %s by %s for %s: %d", method, path, caller, callee, got)
			}
		}
	}
}

func (r *Replica) callAs(secret, caller, callee, method, path string) int {
	r.t.Helper()
	tokens, err := web.NewServiceTokens(secret, caller)
	if err != nil {
		r.t.Fatal(err)
	}
	token, err := tokens.Issue(callee, time.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(r.t.Context(), method, r.InternalURL+path, http.NoBody)
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}
