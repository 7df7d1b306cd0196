package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"muster/libs/errs"
	"muster/services/directory/internal/adapter/postgres"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

// rounds is how often a race is run.
const rounds = 30

// house is the core on a real database.
type house struct {
	*directory.Service
	store  *postgres.Store
	mailer *directorytest.Mailer
}

func newHouse(t *testing.T, db *gorm.DB) *house {
	t.Helper()
	h := &house{store: postgres.New(db, time.Now), mailer: &directorytest.Mailer{}}
	h.Service = directory.New(directory.Ports{
		Store: h.store, Mails: h.store, Mailer: h.mailer, Throttle: counter(db), NewDigits: func() string { return "123456" },
	}, directory.Rules{ResendsPerHour: 5})
	return h
}

func (h *house) register(t *testing.T, ids ...int64) {
	t.Helper()
	for _, id := range ids {
		must(t, h.FollowAccount(t.Context(), account(id, fmt.Sprintf("ada%d@example.com", id))))
	}
}

// user reads a user, or a tombstone.
func (h *house) user(t *testing.T, id int64) (u directory.User) {
	t.Helper()
	must(t, h.store.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) (err error) {
		u, err = tx.LockUser(ctx, id)
		return err
	}))
	return u
}

func account(id int64, email string) directory.Account {
	return directory.Account{
		UserID: id, Version: 1, ActivityVersion: 1, Email: email, AuthTypeCode: "EMAI", CreatedAt: directorytest.Noon,
		Registration: &directory.Registration{Username: "ada", TypeCode: "NONS"},
	}
}

func to(email string) directory.ProfileChange {
	return directory.ProfileChange{Email: directory.Member[string]{Given: true, Value: &email}}
}

// together runs functions at the same time and gives their errors.
func together(functions ...func() error) []error {
	outcomes := make([]error, len(functions))
	var wg sync.WaitGroup
	for i, f := range functions {
		wg.Go(func() { outcomes[i] = f() })
	}
	wg.Wait()
	return outcomes
}

func TestTwoConfirmAtTheSameTime(t *testing.T) {
	h := newHouse(t, database(t))
	for round := range int64(rounds) {
		first, second, email := 2*round+1, 2*round+2, fmt.Sprintf("wanted%d@example.com", round)
		h.register(t, first, second)
		var confirm []func() error
		for _, id := range []int64{first, second} {
			_, err := h.UpdateProfile(t.Context(), self(id), to(email))
			must(t, err)
			confirm = append(confirm, func() error {
				_, err := h.ConfirmEmailChange(context.Background(), self(id), to(email), "123456")
				return err
			})
		}
		outcomes := together(confirm...)
		winner, loser := first, second
		if outcomes[0] != nil {
			winner, loser = second, first
			outcomes[0], outcomes[1] = outcomes[1], outcomes[0]
		}
		if outcomes[0] != nil || errs.From(outcomes[1]).Detail["error"] != "Email already in use" {
			t.Fatalf("outcomes %v", outcomes)
		}
		equal(t, h.user(t, winner).Email, email)
		equal(t, h.user(t, loser).Email, fmt.Sprintf("ada%d@example.com", loser))
	}
}

func TestARegistrationRacesWithAConfirmation(t *testing.T) {
	h := newHouse(t, database(t))
	winners := map[string]int{}
	for round := range int64(rounds) {
		member, newcomer, email := 2*round+1, 2*round+2, fmt.Sprintf("wanted%d@example.com", round)
		h.register(t, member)
		_, err := h.UpdateProfile(t.Context(), self(member), to(email))
		must(t, err)
		outcomes := together(
			func() error { return h.FollowAccount(context.Background(), account(newcomer, email)) },
			func() error {
				_, err := h.ConfirmEmailChange(context.Background(), self(member), to(email), "123456")
				return err
			},
		)
		must(t, outcomes[0])
		if outcomes[1] == nil {
			winners["member"]++
			equal(t, h.user(t, member).Email, email)
			equal(t, h.user(t, newcomer).RejectedBecause, "EMAIL_EXISTS")
			continue
		}
		winners["newcomer"]++
		equal(t, errs.From(outcomes[1]).Code, "EMAIL_EXISTS")
		equal(t, h.user(t, newcomer).Email, email)
		equal(t, h.user(t, member).Email, fmt.Sprintf("ada%d@example.com", member))
	}
	t.Logf("winners: %v", winners)
}

func TestGuessesWaitForEachOther(t *testing.T) {
	h := newHouse(t, database(t))
	h.register(t, 1)
	_, err := h.UpdateProfile(t.Context(), self(1), to("new@example.com"))
	must(t, err)
	guesses := make([]func() error, 20)
	for i := range guesses {
		guesses[i] = func() error {
			_, err := h.ConfirmEmailChange(context.Background(), self(1), to("new@example.com"), "654321")
			return err
		}
	}
	codes := map[string]int{}
	for _, err := range together(guesses...) {
		codes[errs.From(err).Code]++
	}
	equal(t, codes, map[string]int{"INVALID_CODE": 5, "MAX_ATTEMPTS_EXCEEDED": 15})
}

func TestMailsOfRequestsAtTheSameTimeAreCounted(t *testing.T) {
	h := newHouse(t, database(t))
	h.register(t, 1)
	asks := make([]func() error, 20)
	for i := range asks {
		asks[i] = func() error {
			_, err := h.UpdateProfile(context.Background(), self(1), to("stranger@example.com"))
			return err
		}
	}
	together(asks...)
	equal(t, len(h.mailer.Sent()), 5)
}

// statements counts the statements of a handle.
type statements struct {
	logger.Interface
	n atomic.Int64
}

func (s *statements) Trace(context.Context, time.Time, func() (string, int64), error) { s.n.Add(1) }

// TestABatchCostsNoMoreStatementsThanAUser counts the statements of batches: only the outcome of each mail is noted by
// itself, when it is known.
func TestABatchCostsNoMoreStatementsThanAUser(t *testing.T) {
	db := database(t)
	h := newHouse(t, db)
	var (
		ids    []int64
		emails []string
		orders []directory.CodeOrder
	)
	for id := range int64(50) {
		ids, emails = append(ids, id+1), append(emails, fmt.Sprintf("ada%d@example.com", id+1))
		orders = append(orders, directory.CodeOrder{UserID: id + 1, TypeCode: directory.RequestRegistration})
	}
	h.register(t, ids...)

	counter := &statements{Interface: db.Logger}
	db.Logger = counter
	cost := func(act func() error) int {
		counter.n.Store(0)
		must(t, act())
		return int(counter.n.Load())
	}
	admin := directory.Actor{Admin: true}
	renew := func(n int) int {
		return cost(func() error { _, _, err := h.RenewCodes(t.Context(), admin, orders[:n]); return err })
	}
	resend := func(n int) int {
		return cost(func() error { _, err := h.ResendCodes(t.Context(), admin, emails[:n]); return err }) - n
	}
	if one := renew(1); one == 0 || renew(50) != one {
		t.Errorf("new codes: %d statements for one, %d for fifty", one, renew(50))
	}
	if one := resend(1); one == 0 || resend(50) != one {
		t.Errorf("resending: %d statements for one, %d for fifty", one, resend(50))
	}
}

// boss is an administrator.
var boss = directory.Actor{UserID: 1000, Admin: true, SessionID: "boss", Fresh: true}

// self is a user with a session.
func self(id int64) directory.Actor {
	return directory.Actor{UserID: id, SessionID: fmt.Sprintf("session-%d", id), Fresh: true}
}
