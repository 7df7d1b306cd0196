package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/services/directory/internal/adapter/postgres"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

// newThunder is the core on a database, with tokens and a clock that stands still.
func newThunder(t *testing.T, db *gorm.DB) *directory.Service {
	t.Helper()
	store := postgres.New(db, time.Now)
	tokens := make(chan string, 1000)
	for n := range cap(tokens) {
		tokens <- fmt.Sprintf("token%d", n)
	}
	return directory.New(directory.Ports{
		Store: store, Mails: store, Mailer: &directorytest.Mailer{}, Throttle: counter(db), Now: directorytest.NewClock().Now,
		NewToken: func() string { return <-tokens },
	}, anyNumber)
}

func propertiesMember(text string) directory.Member[directory.Properties] {
	p := directory.Properties(text)
	return directory.Member[directory.Properties]{Given: true, Value: &p}
}

// TestTheReadsOfTheFacades: what a write answers is what a read finds.
func TestTheReadsOfTheFacades(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1), directorytest.SampleTombstone(2))
	s, lists := newThunder(t, db), postgres.NewLists(db)
	same := func(written directory.ThunderUser, err error) {
		t.Helper()
		must(t, err)
		read, err := lists.ThunderUser(t.Context(), 1)
		must(t, err)
		p, err := directory.ParseProperties(read.Properties)
		must(t, err)
		q, err := directory.ParseProperties(written.Properties)
		must(t, err)
		equal(t, p, q)
		read.Properties, read.CreatedAt, read.UpdatedAt = written.Properties, read.CreatedAt.UTC(), read.UpdatedAt.UTC()
		equal(t, read, written)
	}
	u := directorytest.SampleUser(1)
	same(directory.ThunderUser{UserID: 1, Email: u.Email, Verified: true, CreatedAt: u.CreatedAt, UpdatedAt: u.UpdatedAt, Properties: "{}", Version: 14}, nil)
	same(s.PutThunderUser(t.Context(), 1, "ada1@example.com", propertiesMember(`{"plan":"gold","a":[1.50]}`)))
	same(s.RequestThunderVerification(t.Context(), 1))
	same(s.VerifyThunderUser(t.Context(), 1, "token0"))
	same(s.PutThunderUser(t.Context(), 1, "new@example.com", propertiesMember(`{"plan":"gold"}`)))
	same(s.ResetThunderVerification(t.Context(), 1))

	state, err := lists.EmailState(t.Context(), 1)
	must(t, err)
	state.CreatedAt, state.UpdatedAt = state.CreatedAt.UTC(), state.UpdatedAt.UTC()
	equal(t, state, directory.EmailState{
		UserID: 1, Email: "new@example.com", Version: 19, CreatedAt: u.CreatedAt, UpdatedAt: directorytest.NewClock().Second(),
	})
	_, err = s.DeleteThunderUser(t.Context(), 1)
	must(t, err)
	for _, id := range []int64{1, 2, 9} {
		_, err := lists.ThunderUser(t.Context(), id)
		equal(t, err, error(directory.ErrUserNotFound))
		_, err = lists.EmailState(t.Context(), id)
		equal(t, err, error(directory.ErrUserNotFound))
	}
	var rows int
	must(t, db.Raw("SELECT count(*) FROM thunder_users").Scan(&rows).Error)
	equal(t, rows, 0)
}

func TestPutsForThunderAtTheSameTime(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1))
	s := newThunder(t, db)
	views := make([]directory.ThunderUser, 50)
	puts := make([]func() error, len(views))
	for i := range puts {
		puts[i] = func() (err error) {
			views[i], err = s.PutThunderUser(context.Background(), 1, "ada1@example.com", propertiesMember(fmt.Sprintf(`{"n":%d}`, i)))
			return err
		}
	}
	for _, err := range together(puts...) {
		must(t, err)
	}
	directorytest.CheckPuts(t, views, 14, properties(t, db, 1))
	read, err := postgres.NewLists(db).ThunderUser(t.Context(), 1)
	must(t, err)
	equal(t, read.Version, 64)
}

// TestAVerificationWaitsForTheRoster: a verification by id locks the address before the user, as an import does, so the two
// wait for each other and neither is aborted.
func TestAVerificationWaitsForTheRoster(t *testing.T) {
	for name, verify := range map[string]func(*directory.Service) error{
		"for Thunder": func(s *directory.Service) error {
			_, err := s.VerifyThunderUser(context.Background(), 1, "token0")
			return err
		},
		"for ZITADEL": func(s *directory.Service) error {
			_, err := s.ConfirmEmail(context.Background(), self(1), "abc")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			db := database(t)
			fill(t, db, directorytest.SampleUser(1))
			s := newThunder(t, db)
			_, err := s.RequestThunderVerification(t.Context(), 1)
			must(t, err)
			answer := make(chan int, 1)
			var verifying sync.WaitGroup
			defer verifying.Wait() // the database goes when the test ends
			must(t, postgres.New(db, time.Now).Tx(t.Context(), func(ctx context.Context, roster directory.Tx) error {
				_, err := roster.LockLegacyUser(ctx, "ADA1@example.com")
				equal(t, err, error(directory.ErrLegacyUserNotFound))
				verifying.Go(func() { _ = verify(s); answer <- 1 })
				awaitLockOrAnswer(t, db, answer)
				equal(t, len(answer), 0)
				var held int // the user is free while the verification waits for the address
				must(t, db.Raw("SELECT 1 FROM users WHERE id = 1 FOR UPDATE NOWAIT").Scan(&held).Error)
				equal(t, held, 1)
				return nil
			}))
			equal(t, <-answer, 1)
		})
	}
}
