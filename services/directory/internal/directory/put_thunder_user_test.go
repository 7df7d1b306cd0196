package directory_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

// props is a member with properties.
func props(text string) directory.Member[directory.Properties] {
	return given(directory.Properties(text))
}

// milli is the clock's time as Thunder's clients see it.
func (w *world) milli() time.Time { return w.clock.Now().Truncate(time.Millisecond) }

func TestPutThunderUserWithTheSameAddress(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	since := len(w.store.Published())
	got, err := w.PutThunderUser(t.Context(), 1, " Ada1@Example.com", props(`{"plan": "gold", "seats": 5e0}`))
	must(t, err)
	want := directorytest.SampleUser(1)
	want.Version, want.UpdatedAt = 15, w.clock.Second()
	equal(t, w.store.User(1), want)
	equal(t, w.store.Properties(1), `{"plan":"gold","seats":5}`)
	equal(t, got, directory.ThunderUser{
		UserID: 1, Email: "Ada1@Example.com", Verified: true, CreatedAt: want.CreatedAt, UpdatedAt: w.milli(),
		Properties: `{"plan":"gold","seats":5}`, Version: 15,
	})
	equal(t, w.published(since), []string{"directory.user.v1 1 15", "directory.user.updated.v1 1 15"})

	// Once more, with nothing that differs, at the same time.
	again, err := w.PutThunderUser(t.Context(), 1, "Ada1@Example.com", props(`{"plan":"gold","seats":5}`))
	must(t, err)
	want.Version = 16
	equal(t, w.store.User(1), want)
	equal(t, again.UpdatedAt, w.milli().Add(time.Millisecond))
	equal(t, w.published(since+2), []string{"directory.user.v1 1 16", "directory.user.updated.v1 1 16"})

	// The address in another spelling is the same, and identity follows the spelling.
	spelled, err := w.PutThunderUser(t.Context(), 1, "ada1@example.COM", props(`{}`))
	must(t, err)
	want.Version, want.AccessVersion, want.Email = 17, 17, "ada1@example.COM"
	equal(t, w.store.User(1), want)
	equal(t, spelled.Properties, "{}")
	equal(t, w.store.Properties(1), "")
	deliverAll(t, w)
	equal(t, len(w.sent()), 0)
}

func TestPutThunderUserKeepsTokenFlagAndCreationTimeOfAnAddress(t *testing.T) {
	w := newWorld(t)
	before := w.register(t, 1, "ada@example.com")
	_, err := w.RequestThunderVerification(t.Context(), 1)
	must(t, err)
	_, err = w.VerifyThunderUser(t.Context(), 1, "token1")
	must(t, err)
	got, err := w.PutThunderUser(t.Context(), 1, "ada@example.com", directory.Member[directory.Properties]{Given: true})
	must(t, err)
	equal(t, got.Token, "token1")
	equal(t, got.Verified, true)
	equal(t, got.CreatedAt, before.CreatedAt)
}

func TestPutThunderUserWithANewAddress(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	_, err := w.RequestThunderVerification(t.Context(), 1)
	must(t, err)
	_, err = w.VerifyThunderUser(t.Context(), 1, "token1")
	must(t, err)
	_, err = w.RenewCodes(t.Context(), boss, []directory.CodeOrder{{UserID: 1, TypeCode: "RPWR"}, {UserID: 1, TypeCode: "REGR"}})
	must(t, err)
	mailed, since, before := len(w.sent()), len(w.store.Published()), w.store.User(1)
	w.clock.Move(time.Hour)

	got, err := w.PutThunderUser(t.Context(), 1, "New@example.com", props(`{"plan":"gold"}`))
	must(t, err)
	want := before
	want.Email, want.VerifiedAt = "New@example.com", nil
	want.Version, want.AccessVersion, want.UpdatedAt = before.Version+1, before.Version+1, w.clock.Second()
	want.SessionsEnd = directory.SessionsEnd{Version: want.Version, OpenedBy: w.clock.Second()}
	equal(t, w.store.User(1), want)
	equal(t, got, directory.ThunderUser{
		UserID: 1, Email: "New@example.com", CreatedAt: w.milli(), UpdatedAt: w.milli(), Properties: `{"plan":"gold"}`, Version: want.Version,
	})
	equal(t, w.published(since)[0], directorytest.PublishedLine("directory.user.v1", "1", want.Version))
	for _, kind := range []string{"REGR", "RPWR"} {
		_, open := w.store.Request(1, kind)
		equal(t, open, false)
	}
	_, err = w.VerifyThunderUser(t.Context(), 1, "token1")
	wantError(t, err, directory.ErrNoToken)
	deliverAll(t, w)
	equal(t, len(w.sent()), mailed)

	// The creation time of the new address stays from now on.
	w.clock.Move(time.Hour)
	later, err := w.PutThunderUser(t.Context(), 1, "New@example.com", props(`{}`))
	must(t, err)
	equal(t, later.CreatedAt, got.CreatedAt)
	equal(t, later.UpdatedAt, w.milli())
}

// TestATokenIsVoidOnceTheAddressMoves: it was mailed to the former address.
func TestATokenIsVoidOnceTheAddressMoves(t *testing.T) {
	for name, move := range map[string]func(*testing.T, *world) error{
		"through Thunder": func(t *testing.T, w *world) error {
			_, err := w.PutThunderUser(t.Context(), 1, "new@example.com", props(`{}`))
			return err
		},
		"through ZITADEL": func(t *testing.T, w *world) error {
			_, err := w.SetEmail(t.Context(), self(1), "new@example.com")
			return err
		},
		"by an administrator": func(t *testing.T, w *world) error {
			_, err := w.UpdateUser(t.Context(), boss, 1, directory.UserChange{Email: given("new@example.com")})
			return err
		},
		"by the user": func(t *testing.T, w *world) error {
			change := directory.ProfileChange{Email: given("new@example.com")}
			_, err := w.UpdateProfile(t.Context(), self(1), change)
			must(t, err)
			_, err = w.ConfirmEmailChange(t.Context(), self(1), change, "000001")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.register(t, 1, "ada@example.com")
			_, err := w.RequestThunderVerification(t.Context(), 1)
			must(t, err)
			must(t, move(t, w))
			_, err = w.VerifyThunderUser(t.Context(), 1, "token1")
			wantError(t, err, directory.ErrNoToken)
			equal(t, w.store.ThunderRecord(1).Token, "")
		})
	}
}

func TestPutThunderUserRefuses(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1), directorytest.SampleUser(2), directorytest.SampleTombstone(3), directorytest.SampleAdmin(4))
	for name, c := range map[string]struct {
		id          int64
		email       string
		properties  directory.Member[directory.Properties]
		code, field string
	}{
		"an address of another user":     {1, "ADA2@example.com", props(`{}`), "EMAIL_EXISTS", ""},
		"no address":                     {1, "", props(`{}`), "VALIDATION_FAILED", "email"},
		"no properties":                  {1, "ada1@example.com", directory.Member[directory.Properties]{}, "VALIDATION_FAILED", "properties"},
		"properties that are no object":  {1, "ada1@example.com", props(`[]`), "VALIDATION_FAILED", "properties"},
		"properties that are too long":   {1, "ada1@example.com", props(`{"a":"` + strings.Repeat("x", 16377) + `"}`), "VALIDATION_FAILED", "properties"},
		"properties that are too deep":   {1, "ada1@example.com", props(`{"a":` + strings.Repeat("[", 16) + strings.Repeat("]", 16) + `}`), "VALIDATION_FAILED", "properties"},
		"properties with a long number":  {1, "ada1@example.com", props(`{"a":1e400}`), "VALIDATION_FAILED", "properties"},
		"properties with a name twice":   {1, "ada1@example.com", props(`{"a":1,"a":2}`), "VALIDATION_FAILED", "properties"},
		"properties with NUL":            {1, "ada1@example.com", props(`{"a":"\u0000"}`), "VALIDATION_FAILED", "properties"},
		"properties that are not UTF-8":  {1, "ada1@example.com", props("{\"a\":\"\xff\"}"), "VALIDATION_FAILED", "properties"},
		"a deleted user":                 {3, "new@example.com", props(`{}`), "", ""},
		"an unknown user":                {9, "new@example.com", props(`{}`), "", ""},
		"an administrator":               {4, "ada4@example.com", props(`{"plan":"gold"}`), "ADMIN_PROTECTED", ""},
		"an administrator's new address": {4, "new@example.com", props(`{}`), "ADMIN_PROTECTED", ""},
	} {
		published := len(w.store.Published())
		_, err := w.PutThunderUser(t.Context(), c.id, c.email, c.properties)
		e := errs.From(err)
		if err == nil || e.Code != c.code || (c.code == "") != (e.Kind == errs.KindNotFound) || c.field != "" && e.Fields[0].Field != c.field {
			t.Errorf("%s: %v", name, err)
		}
		equal(t, len(w.store.Published()), published)
	}
	equal(t, w.store.User(1), directorytest.SampleUser(1))
	equal(t, w.store.User(4), directorytest.SampleAdmin(4))
	equal(t, w.store.ThunderRecord(1), directory.ThunderRecord{})
	long, err := w.PutThunderUser(t.Context(), 1, "ada1@example.com", props(`{"a":"`+strings.Repeat("x", 16376)+`"}`))
	must(t, err)
	equal(t, len(long.Properties), 16384)
}

// TestPutsAtTheSameTime: each has a version and a time of its own, and the one with the newest version stands.
func TestPutsAtTheSameTime(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	const puts = 50
	views := make([]directory.ThunderUser, puts)
	var wg sync.WaitGroup
	for i := range puts {
		wg.Go(func() {
			view, err := w.PutThunderUser(t.Context(), 1, "ada1@example.com", props(`{"n":`+strings.Repeat("1", i%30+1)+`}`))
			if err != nil {
				t.Error(err)
			}
			views[i] = view
		})
	}
	wg.Wait()
	directorytest.CheckPuts(t, views, 14, w.store.Properties(1))
}

func TestDeleteThunderUser(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1), directorytest.SampleAdmin(2), directorytest.SampleAdmin(3), directorytest.SampleTombstone(4))
	_, err := w.RequestThunderVerification(t.Context(), 1)
	must(t, err)
	before, err := w.PutThunderUser(t.Context(), 1, "ada1@example.com", props(`{"plan":"gold"}`))
	must(t, err)
	got, err := w.DeleteThunderUser(t.Context(), 1)
	must(t, err)
	want := before
	want.Version = before.Version + 1
	equal(t, got, want)
	u := w.store.User(1)
	equal(t, u.Deleted, true)
	equal(t, u.Version, want.Version)
	equal(t, w.store.Properties(1), "")
	equal(t, w.store.ThunderRecord(1), directory.ThunderRecord{})

	_, err = w.DeleteThunderUser(t.Context(), 2)
	wantError(t, err, directory.ErrAdminProtected)
	equal(t, w.store.User(2), directorytest.SampleAdmin(2))
	for _, id := range []int64{1, 4, 9} {
		_, err = w.DeleteThunderUser(t.Context(), id)
		wantError(t, err, directory.ErrUserNotFound)
	}
}

// TestEveryDeletionTakesTheRecordForThunder checks the other way to delete a user.
func TestEveryDeletionTakesTheRecordForThunder(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	_, err := w.RequestThunderVerification(t.Context(), 1)
	must(t, err)
	_, err = w.DeleteUser(t.Context(), boss, 1)
	must(t, err)
	equal(t, w.store.ThunderRecord(1), directory.ThunderRecord{})
}
