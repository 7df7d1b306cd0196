// Package thundertest has fakes of the ports of the façade for Thunder's clients.
package thundertest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/services/gateway/internal/thunder"
)

// World is identity, directory and the gateway's wait in memory. It fails the test when directory is asked about a user
// whom identity did not name before, as it would be if a check of the password was left out.
type World struct {
	t testing.TB

	mu       sync.Mutex
	clock    time.Time
	accounts []*account
	profiles map[int64]*thunder.Profile
	admins   map[int64]bool
	proven   map[int64]bool // users whom identity has named
	calls    []string
	pending  []causal.Write // writes that were not followed yet
	version  int64
	tokens   int

	// Fail holds an error for each method that is to fail.
	Fail map[string]error
	// Hang names a method that answers only when its context is done.
	Hang string
	// Lacking is what never takes effect.
	Lacking []string
	// Refuse is directory's reason to refuse new users.
	Refuse error
	// Unknown hides the profiles of new users, as a directory that is behind does.
	Unknown bool
}

type account struct {
	id                int64
	address, password string
	stored            *string
	inactive          bool
	imported          bool // it becomes an account with the first check of its password
}

// NewWorld returns a world without users at a time with milliseconds.
func NewWorld(t testing.TB) *World {
	return &World{
		t: t, clock: time.Date(2026, 3, 1, 8, 30, 0, 250e6, time.UTC), profiles: map[int64]*thunder.Profile{},
		admins: map[int64]bool{}, proven: map[int64]bool{}, Fail: map[string]error{},
	}
}

// Add adds a user who was made before the test.
func (w *World) Add(address, password, properties string) (id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var p thunder.Properties
	if err := p.UnmarshalJSON([]byte(properties)); err != nil {
		w.t.Fatal(err)
	}
	return w.add(thunder.NewAccount{Address: address, Password: password, Algorithm: thunder.Argon, Properties: p}).id
}

func (w *World) add(a thunder.NewAccount) *account {
	added := &account{id: int64(len(w.accounts) + 1), address: a.Address, password: a.Password, stored: hash(a.Algorithm, a.Password)}
	w.accounts = append(w.accounts, added)
	w.profiles[added.id] = &thunder.Profile{Address: a.Address, Properties: a.Properties, Created: w.clock, Updated: w.clock}
	return added
}

func hash(algorithm thunder.Algorithm, password string) *string {
	text := fmt.Sprintf("$%s$%s", algorithm, password)
	return &text
}

// Deactivate makes identity refuse the user.
func (w *World) Deactivate(id int64) { w.accounts[id-1].inactive = true }

// Import makes the account one that was imported and that nobody has used yet.
func (w *World) Import(id int64) { w.accounts[id-1].imported = true }

// WithoutPassword removes the stored password, as of an account that signs in with a provider.
func (w *World) WithoutPassword(id int64) { w.accounts[id-1].stored = nil }

// Promote makes the user an administrator.
func (w *World) Promote(id int64) { w.admins[id] = true }

// Profile returns what directory stores.
func (w *World) Profile(id int64) thunder.Profile {
	w.mu.Lock()
	defer w.mu.Unlock()
	return *w.profiles[id]
}

// Later moves the clock.
func (w *World) Later(d time.Duration) { w.clock = w.clock.Add(d) }

// Calls returns the calls since the last Calls, and fails the test if a write was not followed.
func (w *World) Calls() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.pending) > 0 {
		w.t.Errorf("not followed: %v", w.pending)
	}
	calls := strings.Join(w.calls, " ")
	w.calls = nil
	return calls
}

// begin records a call, and returns the error that it is to have.
func (w *World) begin(ctx context.Context, method string) error {
	if w.Hang == method {
		<-ctx.Done()
		return thunder.ErrUnavailable.Because(ctx.Err())
	}
	if err := ctx.Err(); err != nil {
		return thunder.ErrUnavailable.Because(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, method)
	return w.Fail[method]
}

// wrote returns a new version.
func (w *World) wrote(of causal.Aggregate, id int64) []causal.Write {
	w.version++
	write := causal.Write{Aggregate: of, UserID: id, Version: w.version}
	w.pending = append(w.pending, write)
	return []causal.Write{write}
}

// Create implements thunder.Accounts.
func (w *World) Create(ctx context.Context, a thunder.NewAccount) (thunder.Account, []causal.Write, error) {
	if err := w.begin(ctx, "create"); err != nil {
		return thunder.Account{}, nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.find(a.Address) != nil {
		return thunder.Account{}, nil, thunder.ErrEmailExists
	}
	if a.Password == "" || len(a.Password) > thunder.MaxPassword || a.Algorithm == "" {
		w.t.Errorf("created with %+v", a)
	}
	added := w.add(a)
	w.proven[added.id] = true
	return thunder.Account{UserID: added.id, Password: added.stored}, w.wrote(causal.Account, added.id), nil
}

func (w *World) find(address string) *account {
	for _, a := range w.accounts {
		if strings.EqualFold(a.address, address) {
			return a
		}
	}
	return nil
}

// Check implements thunder.Accounts.
func (w *World) Check(ctx context.Context, c thunder.Credentials) (thunder.Account, []causal.Write, error) {
	if err := w.begin(ctx, "check"); err != nil {
		return thunder.Account{}, nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.Password != nil && *c.Password == "" || c.Application == "" || strings.TrimSpace(c.Address) == "" {
		w.t.Errorf("checked with %+v", c)
	}
	found := w.find(c.Address)
	var writes []causal.Write
	switch {
	case found == nil:
		return thunder.Account{}, nil, thunder.ErrUserNotFound
	case found.inactive || c.Password != nil && !found.accepts(*c.Password, c.CommonMistakes):
		return thunder.Account{}, nil, thunder.ErrCredentials
	case found.imported:
		found.imported = false
		writes = w.wrote(causal.Account, found.id)
	}
	w.proven[found.id] = true
	return thunder.Account{UserID: found.id, Password: found.stored}, writes, nil
}

func (a *account) accepts(password string, mistakes bool) bool {
	return a.stored != nil && (password == a.password || mistakes && password == strings.ToUpper(a.password))
}

// SetPassword implements thunder.Accounts.
func (w *World) SetPassword(ctx context.Context, userID int64, p thunder.NewPassword) (*string, []causal.Write, error) {
	if err := w.begin(ctx, "set-password"); err != nil {
		return nil, nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.accounts[userID-1]
	if a.password == p.Password {
		return a.stored, nil, nil
	}
	a.password, a.stored = p.Password, hash(p.Algorithm, p.Password)
	return a.stored, w.wrote(causal.Account, userID), nil
}

// User implements thunder.Users.
func (w *World) User(ctx context.Context, id int64) (thunder.Profile, error) {
	profile, _, err := w.change(ctx, "user", id, nil)
	return profile, err
}

// change carries out a call to directory. A nil update only reads.
func (w *World) change(ctx context.Context, method string, id int64, update func(p *thunder.Profile) error) (thunder.Profile, []causal.Write, error) {
	if err := w.begin(ctx, method); err != nil {
		return thunder.Profile{}, nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.proven[id] {
		w.t.Errorf("%s of user %d, whom identity has not named", method, id)
	}
	p := w.profiles[id]
	switch {
	case p == nil || w.Unknown:
		return thunder.Profile{}, nil, thunder.ErrUserNotFound
	case update == nil:
		return *p, nil, nil
	case w.admins[id]:
		return thunder.Profile{}, nil, thunder.ErrCredentials
	}
	if err := update(p); err != nil && err != thunder.ErrMail { //nolint:errorlint // the sentinel is returned as it is
		return thunder.Profile{}, nil, err
	} else if err != nil {
		return thunder.Profile{}, w.wrote(causal.User, id), err
	}
	p.Updated = w.clock
	return *p, w.wrote(causal.User, id), nil
}

// Update implements thunder.Users.
func (w *World) Update(ctx context.Context, id int64, address string, properties thunder.Properties) (thunder.Profile, []causal.Write, error) {
	return w.change(ctx, "update", id, func(p *thunder.Profile) error {
		if other := w.find(address); other != nil && other.id != id {
			return thunder.ErrEmailExists
		}
		if !strings.EqualFold(p.Address, address) {
			p.Address, p.Verified, p.Token, p.Created = address, false, nil, w.clock
			w.accounts[id-1].address = address
		}
		p.Properties = properties
		return nil
	})
}

// Delete implements thunder.Users.
func (w *World) Delete(ctx context.Context, id int64) (thunder.Profile, []causal.Write, error) {
	var before thunder.Profile
	_, writes, err := w.change(ctx, "delete", id, func(p *thunder.Profile) error {
		before = *p
		delete(w.profiles, id)
		w.accounts[id-1].address = ""
		return nil
	})
	return before, writes, err
}

// StartVerification implements thunder.Users. Fail["mail"] is for the mail alone.
func (w *World) StartVerification(ctx context.Context, id int64) (thunder.Profile, []causal.Write, error) {
	return w.change(ctx, "start-verification", id, func(p *thunder.Profile) error {
		w.tokens++
		token := fmt.Sprintf("token-%d", w.tokens)
		p.Verified, p.Token = false, &token
		return w.Fail["mail"]
	})
}

// Verify implements thunder.Users.
func (w *World) Verify(ctx context.Context, id int64, token string) (thunder.Profile, []causal.Write, error) {
	return w.change(ctx, "verify", id, func(p *thunder.Profile) error {
		switch {
		case p.Token == nil:
			return thunder.ErrNoToken
		case *p.Token != token:
			return thunder.ErrWrongToken
		}
		p.Verified = true
		return nil
	})
}

// ResetVerification implements thunder.Users.
func (w *World) ResetVerification(ctx context.Context, id int64) (thunder.Profile, []causal.Write, error) {
	return w.change(ctx, "reset-verification", id, func(p *thunder.Profile) error {
		p.Verified, p.Token = false, nil
		return nil
	})
}

// Follow implements thunder.Effects.
func (w *World) Follow(_ context.Context, writes []causal.Write) []string {
	if len(writes) == 0 {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, "follow")
	w.pending = slices.DeleteFunc(w.pending, func(p causal.Write) bool { return slices.Contains(writes, p) })
	return w.Lacking
}

// Accepted implements thunder.Effects.
func (w *World) Accepted(ctx context.Context, _ int64, writes []causal.Write) ([]string, error) {
	return w.Follow(ctx, writes), w.Refuse
}

var (
	_ thunder.Accounts = (*World)(nil)
	_ thunder.Users    = (*World)(nil)
	_ thunder.Effects  = (*World)(nil)
)
