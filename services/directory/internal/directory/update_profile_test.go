package directory_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/libs/limits"
	"muster/libs/limits/limitstest"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

func TestUsersChangeTheirNames(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	got, err := w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{
		Username: given("grace"), FirstName: given("Grace"), LastName: directory.Member[string]{Given: true}, Email: given(" ADA1@example.com "),
	})
	must(t, err)
	want := directorytest.SampleUser(1)
	want.Username, want.FirstName, want.LastName, want.Email = "grace", ptr("Grace"), nil, "ADA1@example.com"
	want.UpdatedAt, want.Version, want.AccessVersion = w.clock.Second(), 15, 15
	equal(t, got, directory.ProfileUpdate{User: want})
	equal(t, w.store.User(1), want)
	equal(t, w.published(0), []string{"directory.user.v1 1 15", "directory.user.updated.v1 1 15"})
	equal(t, len(w.mailer.Sent()), 0)

	got, err = w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{})
	must(t, err)
	equal(t, got.User, want)
}

func TestANewAddressIsAskedBeforeAnythingIsSaved(t *testing.T) {
	w := newWorld(t)
	before := directorytest.SampleUser(1)
	w.store.Put(before)
	got, err := w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Username: given("grace"), Email: given(" New@Example.com")})
	must(t, err)
	equal(t, got, directory.ProfileUpdate{CodeSentTo: "New@Example.com"})
	equal(t, w.store.User(1), before)
	equal(t, len(w.store.Published()), 0)
	second := w.clock.Second()
	r, _ := w.store.Request(1, directory.RequestEmailChange)
	equal(t, r, directory.VerificationRequest{
		UserID: 1, TypeCode: "EMUP", NewEmail: ptr("New@Example.com"), Code: "000001", CreatedOn: second, ExpiresAt: second.Add(15 * time.Minute),
	})
	equal(t, w.mailer.Sent(), []directory.Mail{{
		ID: 1, UserID: 1, Kind: "EMUP", Recipient: "New@Example.com", Code: "000001",
		CodeExpiresAt: second.Add(15 * time.Minute), QueuedAt: second, Attempts: 1,
	}})
	w.clock.Move(time.Hour)
	deliverAll(t, w)
	equal(t, len(w.mailer.Sent()), 1) // not sent a second time
}

func TestProfileChangesThatAreRefused(t *testing.T) {
	null := directory.Member[string]{Given: true}
	for _, c := range []struct {
		field  string
		change directory.ProfileChange
	}{
		{"username", directory.ProfileChange{Username: null, Email: given("new@example.com")}},
		{"firstName", directory.ProfileChange{FirstName: given(strings.Repeat("x", 101)), Email: given("new@example.com")}},
		{"lastName", directory.ProfileChange{LastName: given("\x00")}},
		{"email", directory.ProfileChange{Email: null}},
		{"email", directory.ProfileChange{Email: given("nobody")}},
	} {
		w := newWorld(t)
		w.store.Put(directorytest.SampleUser(1))
		_, err := w.UpdateProfile(t.Context(), self(1), c.change)
		e := errs.From(err)
		if e.Code != "VALIDATION_FAILED" || len(e.Fields) != 1 || e.Fields[0].Field != c.field {
			t.Errorf("%s: %v", c.field, err)
		}
		equal(t, len(w.mailer.Sent()), 0)
	}
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1), directorytest.SampleUser(2), directorytest.SampleTombstone(3))
	_, err := w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Email: given("ADA2@example.com")})
	wantError(t, err, directory.ErrEmailExists)
	equal(t, errs.From(err).Message, "Email address is already in use")
	_, err = w.UpdateProfile(t.Context(), self(3), directory.ProfileChange{Email: given("new@example.com")})
	wantError(t, err, directory.ErrUserNotFound)
	_, open := w.store.Request(1, directory.RequestEmailChange)
	equal(t, open, false)
}

func TestANewRequestTakesThePlaceOfTheOpenOne(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	for _, email := range []string{"first@example.com", "second@example.com"} {
		_, err := w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Email: given(email)})
		must(t, err)
	}
	_, err := w.ConfirmEmailChange(t.Context(), self(1), directory.ProfileChange{Email: given("first@example.com")}, "000001")
	equal(t, errs.From(err).Code, "NO_VERIFICATION_REQUEST")
	_, err = w.ConfirmEmailChange(t.Context(), self(1), directory.ProfileChange{Email: given("second@example.com")}, "000001")
	equal(t, errs.From(err).Code, "INVALID_CODE")
	_, err = w.ConfirmEmailChange(t.Context(), self(1), directory.ProfileChange{Email: given("second@example.com")}, "000002")
	must(t, err)
}

func TestAMailThatIsNotAcceptedLeavesNoOpenRequest(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	w.mailer.Fail(true)
	_, err := w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Email: given("new@example.com")})
	wantError(t, err, directory.ErrMailNotSent)
	_, open := w.store.Request(1, directory.RequestEmailChange)
	equal(t, open, false)
	w.mailer.Fail(false)
	w.clock.Move(time.Hour)
	deliverAll(t, w)
	equal(t, len(w.mailer.Sent()), 0)
}

// replacing is a mailer that fails once, after another request has taken the place of the one whose mail it holds.
type replacing struct {
	*directorytest.Mailer
	replace func()
}

func (m *replacing) Send(ctx context.Context, mail directory.Mail) error {
	if replace := m.replace; replace != nil {
		m.replace = nil
		replace()
		return errors.New("the mail server is away")
	}
	return m.Mailer.Send(ctx, mail)
}

func TestAFailedMailLeavesTheRequestThatReplacedItsOwn(t *testing.T) {
	store, mailer := directorytest.NewStore(), &replacing{Mailer: &directorytest.Mailer{}}
	s := directory.New(directory.Ports{Store: store, Mails: store, Mailer: mailer, Throttle: limitstest.New(time.Now), Now: directorytest.NewClock().Now}, directory.Rules{})
	store.Put(directorytest.SampleUser(1))
	mailer.replace = func() {
		_, err := s.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Email: given("second@example.com")})
		must(t, err)
	}
	_, err := s.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Email: given("first@example.com")})
	wantError(t, err, directory.ErrMailNotSent)
	r, open := store.Request(1, directory.RequestEmailChange)
	equal(t, open, true)
	equal(t, r.NewEmail, ptr("second@example.com"))
}

func TestACrashBeforeTheMailIsOutLeavesItToTheWorkers(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	// The process dies after the commit and before the mail server has answered. Only the store survives.
	must(t, w.store.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error {
		r := directory.VerificationRequest{
			UserID: 1, TypeCode: "EMUP", NewEmail: ptr("new@example.com"), Code: "123456",
			CreatedOn: w.clock.Second(), ExpiresAt: w.clock.Second().Add(15 * time.Minute),
		}
		m := directory.Mail{UserID: 1, Kind: "EMUP", Recipient: "new@example.com", Code: "123456", CodeExpiresAt: r.ExpiresAt, QueuedAt: w.clock.Second()}
		_, err := tx.QueueClaimedMail(ctx, w.clock.Second().Add(time.Minute), m)
		return errors.Join(tx.PutRequest(ctx, r), err)
	}))
	deliverAll(t, w)
	equal(t, len(w.mailer.Sent()), 0)
	w.clock.Move(time.Minute)
	deliverAll(t, w)
	equal(t, w.newest(t).Recipient, "new@example.com")
	_, err := w.ConfirmEmailChange(t.Context(), self(1), directory.ProfileChange{Email: given("new@example.com")}, w.newest(t).Code)
	must(t, err)
}

func TestAStrangersAddressCannotBeMailedWithoutEnd(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	ask := func() error {
		_, err := w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Email: given("stranger@example.com")})
		return err
	}
	must(t, ask())
	w.mailer.Fail(true)
	wantError(t, ask(), directory.ErrMailNotSent) // it counts: it may have gone out
	w.mailer.Fail(false)
	must(t, ask())
	err := ask() // three an hour are the limit here
	wantError(t, err, limits.ErrUsedUp)
	equal(t, errs.From(err).RetryAfter, time.Hour)
	r, _ := w.store.Request(1, directory.RequestEmailChange)
	equal(t, r.Code, "000003") // the refused one has not replaced it
	w.clock.Move(time.Hour + time.Second)
	must(t, ask())
}

func TestRequestsAtTheSameTimeKeepTheLimit(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, _ = w.UpdateProfile(t.Context(), self(1), directory.ProfileChange{Email: given("stranger@example.com")})
		})
	}
	wg.Wait()
	equal(t, len(w.mailer.Sent()), 3)
}
