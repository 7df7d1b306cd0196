package directory_test

import (
	"fmt"
	"strings"
	"testing"

	"muster/libs/contracts/directoryv1"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

// acts returns the events since the given number of payloads, with who did it: "updated 1@14 by 9 in s9".
func (w *world) acts(since int) string {
	var lines []string
	for _, p := range w.store.Published()[since:] {
		e, ok := p.(directoryv1.UserEvent)
		if !ok {
			continue
		}
		line := fmt.Sprintf("%s %d@%d", e.Kind, e.UserID, e.Version)
		if e.Kind == directoryv1.TypeChanged {
			line += " " + e.FormerTypeCode + ">" + e.TypeCode
		}
		if e.Actor != nil {
			line += fmt.Sprintf(" by %d in %s", e.Actor.UserID, e.Actor.SessionID)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, ", ")
}

// TestEventsNameWhoDidIt: an administrator, and the user who deletes the own account; nobody else.
func TestEventsNameWhoDidIt(t *testing.T) {
	w := newWorld(t)
	unverified := directorytest.SampleUser(2)
	unverified.VerifiedAt, unverified.Version = nil, 5
	w.store.Put(directorytest.SampleUser(1), unverified, directorytest.SampleUser(3))
	by := directory.Actor{UserID: 9, Admin: true, Fresh: true, SessionID: "s9"}
	update := func(c directory.UserChange) func() error {
		return func() error { _, err := w.UpdateUser(t.Context(), by, 1, c); return err }
	}
	for _, act := range []struct {
		what string
		do   func() error
		want string
	}{
		{"a name", update(directory.UserChange{FirstName: given("Grace")}), "updated 1@15 by 9 in s9"},
		{"nothing", update(directory.UserChange{FirstName: given("Grace")}), ""},
		{"a promotion and a deactivation", update(directory.UserChange{TypeCode: given("ADMI"), IsActive: given(false)}), "type-changed 1@16 SUBS>ADMI by 9 in s9, deactivated 1@16 by 9 in s9"},
		{"a demotion and a reactivation", update(directory.UserChange{TypeCode: given("NONS"), IsActive: given(true)}), "type-changed 1@17 ADMI>NONS by 9 in s9, reactivated 1@17 by 9 in s9"},
		{"new codes", func() error {
			_, err := w.RenewCodes(t.Context(), by, []directory.CodeOrder{{UserID: 1, TypeCode: "RPWR"}, {UserID: 2, TypeCode: "REGR"}})
			return err
		}, "code-renewed 1@17 by 9 in s9, code-renewed 2@6 by 9 in s9"},
		{"codes again", func() error { return w.ResendCodes(t.Context(), by, []string{unverified.Email}) }, "code-resent 2@6 by 9 in s9"},
		{"a code less", func() error {
			_, err := w.Service.DropRequest(t.Context(), by, w.store.RequestID(2, "REGR"))
			return err
		}, "code-withdrawn 2@7 by 9 in s9"},
		{"one's own profile", func() error {
			_, err := w.UpdateProfile(t.Context(), directory.Actor{UserID: 1, Admin: true, SessionID: "s1"}, directory.ProfileChange{LastName: given("Hopper")})
			return err
		}, "updated 1@18"},
		{"one's own code", func() error {
			_, err := w.RenewCodes(t.Context(), self(2), []directory.CodeOrder{{UserID: 2, TypeCode: "REGR"}})
			return err
		}, ""},
		{"a deletion", func() error { _, err := w.DeleteUser(t.Context(), by, 1); return err }, "deleted 1@19 by 9 in s9"},
		{"a deletion of oneself", func() error {
			_, err := w.DeleteUser(t.Context(), directory.Actor{UserID: 3, SessionID: "s3"}, 3)
			return err
		}, "deleted 3@15 by 3 in s3"},
	} {
		since := len(w.store.Published())
		must(t, act.do())
		if got := w.acts(since); got != act.want {
			t.Errorf("%s: %s, want %s", act.what, got, act.want)
		}
	}
}
