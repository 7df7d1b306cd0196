package directory_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"muster/libs/errs"
	"muster/libs/limits"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

var boss = directory.Actor{UserID: 99, Admin: true, Fresh: true}

func actor(id int64) directory.Actor { return directory.Actor{UserID: id} }

// sent returns all that was sent, as "kind recipient code", sorted: mails of one request go out side by side.
func (w *world) sent() (lines []string) {
	for _, m := range w.mailer.Sent() {
		lines = append(lines, fmt.Sprint(m.Kind, " ", m.Recipient, " ", m.Code))
	}
	slices.Sort(lines)
	return lines
}

func TestTheNewestOpenCodeIsMailedAgain(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com") // code00000001
	w.store.Put(directorytest.SampleUser(2), directorytest.SampleUser(3), directorytest.SampleUser(4))
	w.clock.Move(time.Second)
	_, err := w.RenewCodes(t.Context(), boss, []directory.CodeOrder{{UserID: 1, TypeCode: "RPWR"}, {UserID: 3, TypeCode: "RPWR"}}) // …2 and …3
	must(t, err)
	w.clock.Move(time.Second)
	_, err = w.UpdateProfile(t.Context(), self(3), directory.ProfileChange{Email: given("new@example.com")}) // 000001
	must(t, err)

	// A user twice, and verified ones with none open.
	must(t, w.ResendCodes(t.Context(), boss, []string{"ADA@example.com", " ada@example.com", "ada2@example.com", "ada3@example.com", "ada4@example.com"}))
	equal(t, w.sent(), []string{"EMUP new@example.com 000001", "EMUP new@example.com 000001", "RPWR ada@example.com code00000002"})

	w.clock.Move(30 * time.Minute) // the email change has expired
	must(t, w.ResendCodes(t.Context(), boss, []string{"ada3@example.com"}))
	equal(t, w.newest(t).Code, "code00000003")
	w.clock.Move(time.Hour) // and the password reset
	must(t, w.ResendCodes(t.Context(), boss, []string{"ada3@example.com"}))
	must(t, w.ResendCodes(t.Context(), boss, []string{"ada@example.com"}))
	equal(t, w.newest(t).Code, "code00000001")
	equal(t, len(w.sent()), 5)
}

func TestAnUnverifiedUserWithoutAnOpenCodeGetsAFreshOne(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	for range 5 {
		_, _ = w.VerifyEmail(t.Context(), nobody, "ada@example.com", "wrong")
	}
	must(t, w.ResendCodes(t.Context(), actor(1), []string{"ada@example.com"}))
	equal(t, w.sent(), []string{"REGR ada@example.com code00000002"})
	r, _ := w.store.Request(1, directory.RequestRegistration)
	equal(t, r.Attempts, 0)
	deliverAll(t, w) // the mail with the first code was taken back
	equal(t, len(w.sent()), 1)
	_, err := w.VerifyEmail(t.Context(), nobody, "ada@example.com", "code00000002")
	must(t, err)
}

func TestWhoMayHaveCodesSentToWhom(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	w.register(t, 2, "grace@example.com")
	for _, foreign := range [][]string{{"grace@example.com"}, {"nobody@example.com"}, {"ada@example.com", "grace@example.com"}} {
		wantError(t, w.ResendCodes(t.Context(), actor(1), foreign), directory.ErrAdminOnly)
	}
	wantError(t, w.ResendCodes(t.Context(), boss, []string{"ada@example.com", "nobody@example.com"}), directory.ErrUsersNotFound)
	equal(t, len(w.sent()), 0) // nothing of a refused batch is done
	must(t, w.ResendCodes(t.Context(), actor(1), []string{"Ada@example.com"}))
	equal(t, w.sent(), []string{"REGR ada@example.com code00000001"})
}

func TestResendingIsLimitedForUsersAndNotForAdministrators(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	for range 3 {
		must(t, w.ResendCodes(t.Context(), actor(1), []string{"ada@example.com"}))
	}
	wantError(t, w.ResendCodes(t.Context(), actor(1), []string{"ada@example.com"}), limits.ErrUsedUp)
	equal(t, len(w.sent()), 3)
	must(t, w.ResendCodes(t.Context(), directory.Actor{UserID: 1, Admin: true, Fresh: true}, []string{"ada@example.com"}))
	equal(t, len(w.sent()), 4)
}

func TestResendingAMailThatIsNotAccepted(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	deliverAll(t, w)
	w.mailer.Fail(true)
	wantError(t, w.ResendCodes(t.Context(), boss, []string{"ada@example.com"}), directory.ErrMailNotSent)
	w.mailer.Fail(false)
	w.clock.Move(time.Hour)
	deliverAll(t, w) // whoever asked was told, so it is not tried again
	equal(t, len(w.sent()), 1)
	_, err := w.VerifyEmail(t.Context(), nobody, "ada@example.com", "code00000001") // the code stays good
	must(t, err)
}

func TestResendingToAHundred(t *testing.T) {
	w := newWorld(t)
	var emails []string
	for id := range int64(100) {
		email := fmt.Sprintf("ada%d@example.com", id+1)
		w.register(t, id+1, email)
		emails = append(emails, email)
	}
	must(t, w.ResendCodes(t.Context(), boss, emails))
	equal(t, len(w.sent()), 100)
}

func TestBatchesThatAreRefused(t *testing.T) {
	w := newWorld(t)
	w.store.Put(directorytest.SampleUser(1))
	many := make([]string, 101)
	orders := make([]directory.CodeOrder, 101)
	for i := range many {
		many[i], orders[i] = "ada1@example.com", directory.CodeOrder{UserID: 1, TypeCode: "REGR"}
	}
	for name, c := range map[string]struct {
		err   error
		field string
	}{
		"no address":    {w.ResendCodes(t.Context(), boss, nil), "emails"},
		"101 addresses": {w.ResendCodes(t.Context(), boss, many), "emails"},
		"no address at all": {
			w.ResendCodes(t.Context(), boss, []string{"ada1@example.com", "nobody"}), "emails[1]",
		},
		"no order":   {renew(t, w, boss), "userReqList"},
		"101 orders": {renew(t, w, boss, orders...), "userReqList"},
		"no user":    {renew(t, w, boss, orders[0], directory.CodeOrder{TypeCode: "REGR"}), "userReqList[1].userId"},
		"a type":     {renew(t, w, boss, directory.CodeOrder{UserID: 1, TypeCode: "GOLD"}), "userReqList[0].request_type_code"},
		"EMUP":       {renew(t, w, boss, directory.CodeOrder{UserID: 1, TypeCode: "EMUP"}), "userReqList[0].request_type_code"},
	} {
		e := errs.From(c.err)
		if e.Code != "VALIDATION_FAILED" || len(e.Fields) != 1 || e.Fields[0].Field != c.field {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	must(t, renew(t, w, boss, orders[:100]...))
	must(t, w.ResendCodes(t.Context(), boss, many[:100]))
	equal(t, len(w.sent()), 1)
}

func renew(t *testing.T, w *world, by directory.Actor, orders ...directory.CodeOrder) error {
	t.Helper()
	_, err := w.RenewCodes(t.Context(), by, orders)
	return err
}

func TestFreshCodes(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	_, _ = w.VerifyEmail(t.Context(), nobody, "ada@example.com", "wrong")
	w.store.Put(directorytest.SampleUser(2))
	w.clock.Move(time.Hour)
	second := w.clock.Second()
	got, err := w.RenewCodes(t.Context(), boss, []directory.CodeOrder{{2, "RPWR"}, {1, "REGR"}, {2, "RPWR"}, {2, "REGR"}})
	must(t, err)
	want := []directory.VerificationRequest{
		{UserID: 2, TypeCode: "RPWR", Code: "code00000002", CreatedOn: second, ExpiresAt: second.Add(time.Hour)},
		{UserID: 1, TypeCode: "REGR", Code: "code00000003", CreatedOn: second, ExpiresAt: second.Add(24 * time.Hour)},
		{UserID: 2, TypeCode: "REGR", Code: "code00000004", CreatedOn: second, ExpiresAt: second.Add(24 * time.Hour)},
	}
	equal(t, got, want)
	for _, r := range want {
		stored, _ := w.store.Request(r.UserID, r.TypeCode)
		equal(t, stored, r)
	}
	deliverAll(t, w)
	equal(t, len(w.sent()), 0) // it mails nothing, and the mail with the old code was taken back
	_, err = w.VerifyEmail(t.Context(), nobody, "ada@example.com", "code00000001")
	equal(t, errs.From(err).Detail["attemptsRemaining"], any(4))

	// A verified user verifies again.
	u, err := w.VerifyEmail(t.Context(), nobody, "ada2@example.com", "code00000004")
	must(t, err)
	equal(t, u.VerifiedAt, ptr(second))
}

func TestWhoMayRenewWhichCodes(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	w.store.Put(directorytest.SampleUser(2), directorytest.SampleTombstone(3))
	own := directory.CodeOrder{UserID: 1, TypeCode: "REGR"}
	for _, foreign := range []directory.CodeOrder{{2, "REGR"}, {1, "RPWR"}, {77, "REGR"}} {
		wantError(t, renew(t, w, actor(1), own, foreign), directory.ErrAdminOnly)
	}
	for _, unknown := range []int64{3, 77} {
		err := renew(t, w, boss, own, directory.CodeOrder{UserID: unknown, TypeCode: "REGR"})
		wantError(t, err, directory.ErrUsersNotFound)
	}
	r, _ := w.store.Request(1, "REGR")
	equal(t, r.Code, "code00000001") // nothing of a refused batch is done
	must(t, renew(t, w, actor(1), own))
	r, _ = w.store.Request(1, "REGR")
	equal(t, r.Code, "code00000002")
}

func TestDroppingARequest(t *testing.T) {
	w := newWorld(t)
	w.register(t, 1, "ada@example.com")
	id := w.store.RequestID(1, "REGR")
	must(t, w.DropRequest(t.Context(), id))
	wantError(t, w.DropRequest(t.Context(), id), directory.ErrRequestNotFound)
	_, err := w.VerifyEmail(t.Context(), nobody, "ada@example.com", "code00000001")
	wantError(t, err, directory.ErrNoVerification)
	deliverAll(t, w)
	equal(t, len(w.sent()), 0)
}

func TestRequestsAreForgottenAMonthAfterTheyExpire(t *testing.T) {
	w := newWorld(t)
	var orders []directory.CodeOrder
	for id := range int64(1100) { // more than a batch
		w.store.Put(directorytest.SampleUser(id + 1))
		orders = append(orders, directory.CodeOrder{UserID: id + 1, TypeCode: "RPWR"})
	}
	for chunk := range slices.Chunk(orders, 100) {
		must(t, renew(t, w, boss, chunk...))
	}
	count := func() (n int) {
		for _, o := range orders {
			if _, found := w.store.Request(o.UserID, o.TypeCode); found {
				n++
			}
		}
		return n
	}
	w.clock.Move(time.Hour + 30*24*time.Hour)
	must(t, w.PurgeRequests(t.Context()))
	equal(t, count(), 1100)
	w.clock.Move(time.Second)
	must(t, w.PurgeRequests(t.Context()))
	equal(t, count(), 0)
}
