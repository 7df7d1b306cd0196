package directorytest

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/services/directory/internal/directory"
)

func lockedByID(t *testing.T, b Backend) {
	create(t, b, SampleUser(3), SampleUser(1), SampleUser(2), SampleTombstone(4))
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		users, err := tx.LockUsers(ctx, []int64{4, 3, 99, 1, 3})
		equal(t, users, []directory.User{SampleUser(1), SampleUser(3)})
		none, _ := tx.LockUsers(ctx, nil)
		equal(t, len(none), 0)
		return err
	})
}

func lockedByRange(t *testing.T, b Backend) {
	create(t, b, SampleUser(3), SampleUser(1), SampleUser(5), SampleTombstone(4))
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		users, err := tx.LockUserRange(ctx, 2, 4, 10)
		equal(t, users, []directory.User{SampleUser(3), SampleTombstone(4)})
		first, _ := tx.LockUserRange(ctx, 1, 9, 2)
		equal(t, first, []directory.User{SampleUser(1), SampleUser(3)})
		none, _ := tx.LockUserRange(ctx, 6, 9, 2)
		equal(t, len(none), 0)
		return err
	})
}

func lockedByAddress(t *testing.T, b Backend) {
	create(t, b, SampleUser(3), SampleUser(1), SampleUser(2), SampleTombstone(4))
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		users, err := tx.LockUsersByEmail(ctx, []string{"ada3@example.com", "nobody@example.com", "", `"\',{}@example.com`, "ADA1@EXAMPLE.COM"})
		equal(t, users, []directory.User{SampleUser(1), SampleUser(3)})
		return err
	})
}

func addressRead(t *testing.T, b Backend) {
	create(t, b, SampleUser(1), SampleTombstone(2))
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		email, err := tx.Email(ctx, 1)
		equal(t, email, "Ada1@Example.com")
		for _, id := range []int64{2, 99} {
			_, err := tx.Email(ctx, id)
			wantError(t, err, directory.ErrUserNotFound)
		}
		return err
	})
}

func addressTaken(t *testing.T, b Backend) {
	create(t, b, SampleUser(1), SampleTombstone(2))
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		for email, want := range map[string]bool{"ADA1@example.com": true, "ada2@example.com": false, "": false} {
			taken, err := tx.EmailTaken(ctx, email)
			must(t, err)
			equal(t, taken, want)
		}
		return nil
	})
}

func sampleEmailChange(userID int64, code string) directory.VerificationRequest {
	r, email := sampleRequest(userID, code), "New@Example.com"
	r.TypeCode, r.NewEmail = directory.RequestEmailChange, &email
	return r
}

func everyRequestFieldSurvives(t *testing.T, b Backend) {
	create(t, b, SampleUser(1))
	want := sampleEmailChange(1, "123456")
	v := reflect.ValueOf(want)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Fatalf("the sample does not set %s", v.Type().Field(i).Name)
		}
	}
	in(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.PutRequest(ctx, want) })
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		r, err := tx.LockRequest(ctx, 1, directory.RequestEmailChange)
		equal(t, r, want)
		another := "another@example.com"
		want.NewEmail = &another
		must(t, tx.PutRequest(ctx, want))
		r, _ = tx.LockRequest(ctx, 1, directory.RequestEmailChange)
		equal(t, r, want)
		return err
	})
}

func requestBatch(t *testing.T, b Backend) {
	create(t, b, SampleUser(1), SampleUser(2), SampleUser(3))
	replaced := sampleRequest(2, "replaced")
	in(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.PutRequest(ctx, replaced) })
	want := []directory.VerificationRequest{sampleRequest(1, "one"), sampleEmailChange(1, "change"), sampleRequest(2, "two")}
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		must(t, tx.PutRequest(ctx))
		return tx.PutRequest(ctx, append(slices.Clone(want), sampleRequest(3, "three"))...)
	})
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		got, err := tx.LockRequests(ctx, []int64{2, 1, 99})
		slices.SortFunc(got, func(a, b directory.VerificationRequest) int { return -strings.Compare(a.Code, b.Code) })
		equal(t, got, []directory.VerificationRequest{want[2], want[0], want[1]})
		none, _ := tx.LockRequests(ctx, nil)
		equal(t, len(none), 0)
		return err
	})
}

func requestByID(t *testing.T, b Backend) {
	create(t, b, SampleUser(1), SampleUser(2))
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		return tx.PutRequest(ctx, sampleRequest(1, "one"), sampleEmailChange(1, "change"), sampleRequest(2, "two"))
	})
	change, registration := b.RequestID(1, directory.RequestEmailChange), b.RequestID(1, directory.RequestRegistration)
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		r, err := tx.LockRequestByID(ctx, change)
		equal(t, r, sampleEmailChange(1, "change"))
		must(t, tx.CloseRequests(ctx, 1, directory.RequestEmailChange))
		_, gone := tx.LockRequestByID(ctx, change)
		wantError(t, gone, directory.ErrRequestNotFound)
		must(t, tx.PutRequest(ctx, sampleRequest(1, "again"))) // the same request with another code
		return err
	})
	equal(t, b.RequestID(1, directory.RequestRegistration), registration)
}

func requestsPurged(t *testing.T, b Backend) {
	create(t, b, SampleUser(1), SampleUser(2), SampleUser(3), SampleUser(4))
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		for id, expiry := range map[int64]time.Duration{1: 0, 2: -time.Second, 3: -time.Hour, 4: -2 * time.Hour} {
			r := sampleRequest(id, "code")
			r.ExpiresAt = later.Add(expiry)
			must(t, tx.PutRequest(ctx, r))
		}
		return nil
	})
	left := func(want ...int64) {
		t.Helper()
		in(t, b, func(ctx context.Context, tx directory.Tx) error {
			requests, err := tx.LockRequests(ctx, []int64{1, 2, 3, 4})
			var ids []int64
			for _, r := range requests {
				ids = append(ids, r.UserID)
			}
			slices.Sort(ids)
			equal(t, ids, want)
			return err
		})
	}
	purge := func(limit, want int) {
		t.Helper()
		in(t, b, func(ctx context.Context, tx directory.Tx) error {
			n, err := tx.PurgeRequests(ctx, later, limit)
			equal(t, n, want)
			return err
		})
	}
	left(1, 2, 3, 4)
	purge(2, 2)
	purge(2, 1)
	left(1)
}

// due claims all mail that is due and gives the kinds, sorted.
func due(t *testing.T, b Backend) (kinds []string) {
	t.Helper()
	for {
		m, found := claim(t, b, later)
		if !found {
			slices.Sort(kinds)
			return kinds
		}
		kinds = append(kinds, string(m.Kind)+" "+m.Code)
	}
}

func allMailTakenBack(t *testing.T, b Backend) {
	notice := sampleMail(1)
	notice.Kind, notice.Code = directory.MailEmailChanged, ""
	queue(t, b, sampleMail(1), notice)
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		return tx.CloseRequests(ctx, 1, directory.RequestRegistration)
	})
	in(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.CloseRequests(ctx, 1) })
	equal(t, due(t, b), nil)

	queue(t, b, notice)
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		return tx.CloseRequests(ctx, 1, directory.RequestRegistration, directory.RequestPasswordReset, directory.RequestEmailChange)
	})
	equal(t, due(t, b), []string{"EMCH "})
}

func deadMailTakenBack(t *testing.T, b Backend) {
	dead, alive, reset, notice := sampleMail(1), sampleMail(1), sampleMail(1), sampleMail(1)
	dead.Code, alive.Code = "dead", "alive"
	reset.Kind, reset.Code = directory.MailPasswordReset, "reset"
	notice.Kind, notice.Code = directory.MailEmailChanged, ""
	queue(t, b, dead, alive, reset, notice, sampleMail(2))
	in(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.PutRequest(ctx, sampleRequest(1, "alive")) })
	equal(t, due(t, b), []string{"EMCH ", "REGR abc123def456", "REGR alive", "RPWR reset"})
}
