package directory_test

import (
	"testing"
	"time"

	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

func (w *world) notify(t *testing.T, version int64, kind directory.MailKind) {
	t.Helper()
	must(t, w.Notify(t.Context(), directory.AccountEvent{UserID: 1, Version: version, At: w.clock.Now(), Notice: kind}))
	deliverAll(t, w)
}

// TestNotices: a verified user gets one of each version, by name and without a code.
func TestNotices(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1)) // has been told of version 9
	w.notify(t, 9, directory.MailPasswordChanged)
	equal(t, len(w.mailer.Sent()), 0)
	w.notify(t, 11, directory.MailPasswordChanged)
	second := w.clock.Second()
	equal(t, w.mailer.Sent(), []directory.Mail{{ID: 1, UserID: 1, Kind: "PWCH", Recipient: "Ada1@Example.com", FirstName: ptr("Ada"), QueuedAt: second, Attempts: 1}})
	w.notify(t, 11, directory.MailPasswordChanged)
	w.notify(t, 10, directory.MailTokenReused)
	equal(t, len(w.mailer.Sent()), 1)
	w.notify(t, 12, directory.MailTokenReused)
	equal(t, w.newest(t).Kind, directory.MailTokenReused)
	equal(t, w.store.User(1).Version, directorytest.SampleUser(1).Version) // nobody else has to know
}

func TestWhoGetsNoNotice(t *testing.T) {
	w := newWorld(t)
	must(t, w.Notify(t.Context(), directory.AccountEvent{UserID: 7, Version: 2, At: w.clock.Now(), Notice: directory.MailPasswordChanged}))
	w.store.Put(directorytest.SampleTombstone(1))
	w.notify(t, 20, directory.MailPasswordChanged)
	unverified := directorytest.SampleUser(1)
	unverified.VerifiedAt = nil
	w.store.Put(unverified)
	w.notify(t, 20, directory.MailPasswordChanged)
	equal(t, len(w.mailer.Sent()), 0)

	w.store.Put(directorytest.SampleUser(1))
	must(t, w.Notify(t.Context(), directory.AccountEvent{UserID: 1, Version: 21, At: w.clock.Now().Add(-25 * time.Hour), Notice: directory.MailPasswordChanged}))
	deliverAll(t, w)
	equal(t, len(w.mailer.Sent()), 0)
	for version := range int64(10) { // eight mails a day
		w.notify(t, 22+version, directory.MailPasswordChanged)
	}
	equal(t, len(w.mailer.Sent()), 8)
	equal(t, w.store.User(1).NoticeVersion, int64(31))
}

// TestTheFormerAddressIsTold, whoever changes it, if it was verified.
func TestTheFormerAddressIsTold(t *testing.T) {
	for name, move := range map[string]func(*testing.T, *world){
		"by an administrator": func(t *testing.T, w *world) {
			_, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Email: given("new@example.com")})
			must(t, err)
		},
		"by a client of ZITADEL": func(t *testing.T, w *world) {
			_, err := w.SetEmail(t.Context(), self(1), "new@example.com")
			must(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.store.Put(directorytest.SampleUser(1))
			move(t, w)
			deliverAll(t, w)
			notice := w.newest(t)
			equal(t, []string{string(notice.Kind), notice.Recipient, notice.Code}, []string{"EMCH", "Ada1@Example.com", ""})

			w = newWorld(t)
			w.register(t, 1, "ada@example.com")
			deliverAll(t, w)
			move(t, w)
			deliverAll(t, w)
			equal(t, w.newest(t).Recipient, "new@example.com")
		})
	}
}
