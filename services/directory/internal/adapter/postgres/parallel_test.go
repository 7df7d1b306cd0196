package postgres_test

import (
	"context"
	"reflect"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/services/directory/internal/adapter/postgres"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

// TestReplicasReviewDifferentUsers: what one transaction holds, another leaves out instead of waiting for it.
func TestReplicasReviewDifferentUsers(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1), directorytest.SampleUser(2), directorytest.SampleUser(3))
	s := postgres.New(db, time.Now)
	must(t, s.Tx(t.Context(), func(ctx context.Context, first directory.Tx) error {
		held, err := first.LockUsersDue(ctx, directorytest.Noon, 2)
		must(t, err)
		equal(t, len(held), 2)
		// A context of its own is a transaction of its own.
		return s.Tx(context.Background(), func(ctx context.Context, second directory.Tx) error {
			left, err := second.LockUsersDue(ctx, directorytest.Noon, 3)
			must(t, err)
			equal(t, len(left), 1)
			return nil
		})
	}))
}

// TestAdministratorsStepDownOneAfterTheOther holds a transaction open in which one administrator has stepped down, and
// lets the other ask: the answer must wait for the first to end.
func TestAdministratorsStepDownOneAfterTheOther(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleAdmin(1), directorytest.SampleAdmin(2))
	s := postgres.New(db, time.Now)
	others := make(chan int, 1)
	var asking sync.WaitGroup
	defer asking.Wait() // the database goes when the test ends
	must(t, s.Tx(t.Context(), func(ctx context.Context, first directory.Tx) error {
		u, err := first.LockUser(ctx, 1)
		must(t, err)
		n, err := first.OtherActiveAdmins(ctx, 1)
		must(t, err)
		equal(t, n, 1)
		u.IsActive = false
		must(t, first.UpdateUser(ctx, u))
		asking.Go(func() {
			// A context of its own is a transaction of its own.
			err := s.Tx(context.Background(), func(ctx context.Context, second directory.Tx) error {
				n, err := second.OtherActiveAdmins(ctx, 2)
				others <- n
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
		awaitLockOrAnswer(t, db, others)
		return nil
	}))
	if n := <-others; n != 0 {
		t.Errorf("the second was told of %d other administrators", n)
	}
}

// awaitLockOrAnswer waits until somebody waits for an advisory lock of this database, or need not.
func awaitLockOrAnswer(t *testing.T, db *gorm.DB, answer <-chan int) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); len(answer) == 0; {
		var waiting int
		must(t, db.Raw(`SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&waiting).Error)
		if waiting > 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the second neither waits nor answers")
		}
	}
}

// TestReplicasSendDifferentMails claims from many sides at once: each mail is claimed once.
func TestReplicasSendDifferentMails(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1))
	s := postgres.New(db, time.Now)
	now := directorytest.Noon
	const mails = 40
	must(t, s.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error {
		for range mails {
			if err := tx.QueueMail(ctx, directory.Mail{UserID: 1, Kind: "REGR", Recipient: "ada@example.com", QueuedAt: now}); err != nil {
				return err
			}
		}
		return nil
	}))
	select {
	case <-s.MailQueued():
	default:
		t.Error("nobody was told of the mail")
	}
	var mu sync.Mutex
	claims := map[int64]int{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				m, found, err := s.ClaimMail(context.Background(), now, now.Add(time.Minute))
				if err != nil {
					t.Error(err)
				}
				if !found {
					return
				}
				mu.Lock()
				claims[m.ID]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	equal(t, len(claims), mails)
	for id, n := range claims {
		if n != 1 {
			t.Errorf("mail %d was claimed %d times", id, n)
		}
	}
}

// TestSentMailHoldsNothingPersonal looks into the table: neither recipient nor code stay.
func TestSentMailHoldsNothingPersonal(t *testing.T) {
	db := database(t)
	fill(t, db, directorytest.SampleUser(1))
	s := postgres.New(db, time.Now)
	for range 2 {
		must(t, s.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error {
			return tx.QueueMail(ctx, directory.Mail{UserID: 1, Kind: "REGR", Recipient: "ada@example.com", Code: "abc123def456", QueuedAt: directorytest.Noon})
		}))
	}
	must(t, s.MailSent(t.Context(), 1, time.Now()))
	must(t, s.MailAbandoned(t.Context(), 2, time.Now()))
	var texts []string
	must(t, db.Raw("SELECT mail_queue::text FROM mail_queue WHERE mail_queue::text ~ 'ada|abc123'").Scan(&texts).Error)
	equal(t, texts, nil)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func equal[T any](t *testing.T, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got  %+v\nwant %+v", got, want)
	}
}

func ptr[T any](v T) *T { return &v }
