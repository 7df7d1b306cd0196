package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/libs/causal"
	"muster/libs/contracts"
	"muster/libs/contracts/billingv1"
	"muster/libs/contracts/directoryv1"
	"muster/libs/contracts/identityv1"
	"muster/libs/testkit/kafkatest"
)

// account returns the record that identity publishes after a registration.
func account(id int64, email string) identityv1.Account {
	first := "Ada"
	now := time.Now()
	return identityv1.Account{
		UserID: id, Version: 1, ActivityVersion: 1, Email: email, AuthTypeCode: "EMAI", CreatedAt: now, LastLoginAt: &now,
		Registration: &identityv1.Registration{Username: "ada", FirstName: &first, TypeCode: "NONS"},
	}
}

// administrator is the account of the first administrator, whom the operator vouches for.
func administrator(id int64, email string) identityv1.Account {
	a := account(id, email)
	a.Registration.TypeCode, a.Registration.EmailVerified = "ADMI", true
	return a
}

// TestAUsersLife follows one user from the door to the tombstone.
func TestAUsersLife(t *testing.T) {
	s := boot(t)
	s.publish(t, administrator(1, "admin@example.com"))
	s.state(t, 1, "there", func(u directoryv1.User) bool { return u.TypeCode == "ADMI" && u.VerifiedAt != nil })

	// A registration makes a user, and a mail.
	s.publish(t, account(2, "Ada@Example.com"))
	made := s.state(t, 2, "made", func(u directoryv1.User) bool { return true })
	if made.Version != 1 || made.AccessVersion != 1 || made.AccountVersion != 1 || made.Email != "Ada@Example.com" || made.TypeCode != "NONS" || made.VerifiedAt != nil {
		t.Errorf("made as %+v", made)
	}
	if pending := s.expect(t, 200, 0, "GET", "/internal/users/2/mail?wait=2000ms", ""); pending["pending"] != 0.0 {
		t.Errorf("mail: %v", pending)
	}
	_, after, _ := strings.Cut(s.mail.Await(t, "ada@example.com", 1).Text, "Your code: ")
	code := after[:12]

	// A code allows five wrong guesses.
	wrong := s.expect(t, 400, 0, "POST", "/api/auth/verify-email", `{"email":"ada@example.com","code":"wrong"}`)
	if wrong["attemptsRemaining"] != 4.0 {
		t.Errorf("a wrong code: %v", wrong)
	}
	status, header, body := s.call(t, 0, "POST", "/api/auth/verify-email", `{"email":"ada@example.com","code":"`+code+`"}`)
	if status != 200 || header.Get(causal.HeaderWrote) != "user/2@2" {
		t.Fatalf("verify: %d %s, wrote %q", status, body, header.Get(causal.HeaderWrote))
	}
	s.state(t, 2, "verified", func(u directoryv1.User) bool { return u.VerifiedAt != nil && u.AccessVersion == 2 })

	// Lists find them.
	for _, filter := range []string{`{"q":"ADA@ex"}`, `{"verifiedAt":"!null","userTypeCode":["NONS"]}`} {
		found := s.expect(t, 200, 2, "GET", "/api/users?filter="+url.QueryEscape(filter), "")
		if found["total"] != 1.0 || found["data"].([]any)[0].(map[string]any)["id"] != 2.0 {
			t.Errorf("%s: %v", filter, found)
		}
	}

	// Signing in is followed, and reported without asking identity to act.
	again := account(2, "Ada@Example.com")
	again.Version, again.ActivityVersion, again.Registration = 3, 3, nil
	s.publish(t, again)
	s.state(t, 2, "signed in", func(u directoryv1.User) bool { return u.AccountVersion == 3 && u.Version == 3 && u.AccessVersion == 2 })

	// A subscription turns the type, and back.
	s.publish(t, billingv1.Subscription{UserID: 2, Version: 5, AccessVersion: 4, Access: true})
	s.state(t, 2, "subscribed", func(u directoryv1.User) bool {
		return u.TypeCode == "SUBS" && u.SubscriptionVersion == 5 && u.AccessVersion == u.Version
	})
	s.publish(t, billingv1.Subscription{UserID: 2, Version: 6, AccessVersion: 6})
	s.state(t, 2, "unsubscribed", func(u directoryv1.User) bool { return u.TypeCode == "NONS" && u.SubscriptionVersion == 6 })

	// An exemption begins and ends with time alone.
	from, to := s.clock.Second().Add(time.Hour), s.clock.Second().Add(2*time.Hour)
	s.expect(t, 200, 1, "PUT", "/api/users/2", fmt.Sprintf(`{"subscriptionExemptionStartsAt":%q,"subscriptionExemptionEndsAt":%q}`,
		from.Format(time.RFC3339), to.Format(time.RFC3339)))
	s.clock.Move(time.Hour)
	s.state(t, 2, "exempt", func(u directoryv1.User) bool { return u.TypeCode == "SUBS" && u.ExemptionFrom != nil })
	s.clock.Move(time.Hour + time.Second)
	s.state(t, 2, "no longer exempt", func(u directoryv1.User) bool {
		return u.TypeCode == "NONS" && u.ExemptionFrom != nil && u.UpdatedAt.After(to)
	})

	// Deactivated users are let in nowhere.
	s.expect(t, 200, 1, "PUT", "/api/users/2", `{"isActive":false}`)
	s.expect(t, 401, 2, "GET", "/api/users/me", "")
	s.expect(t, 200, 1, "PUT", "/api/users/2", `{"isActive":true}`)
	s.expect(t, 200, 2, "GET", "/api/users/me", "")

	// Deleting leaves a tombstone and frees the address.
	s.expect(t, 204, 2, "DELETE", "/api/users/2", "")
	s.expect(t, 404, 1, "DELETE", "/api/users/2", "")
	s.expect(t, 404, 1, "GET", "/api/users/2", "")
	s.expect(t, 401, 2, "GET", "/api/users/me", "")
	gone := s.state(t, 2, "deleted", func(u directoryv1.User) bool { return u.Deleted })
	if gone.Email != "" || gone.Username != "" || gone.FirstName != nil || gone.RejectedBecause != "" || gone.AccessVersion != gone.Version {
		t.Errorf("the tombstone is %+v", gone)
	}
	s.publish(t, account(3, "ADA@example.com"))
	s.state(t, 3, "made", func(u directoryv1.User) bool { return u.Email == "ADA@example.com" && !u.Deleted })
}

// TestEventsNameTheAdministrator who changed, deleted or wrote to a user, or uploaded a roster.
func TestEventsNameTheAdministrator(t *testing.T) {
	s := boot(t)
	s.publish(t, administrator(1, "admin@example.com"), account(2, "ada@example.com"))
	for id := range int64(2) {
		s.state(t, id+1, "there", func(directoryv1.User) bool { return true })
	}
	s.expect(t, 200, 1, "PUT", "/api/users/2", `{"firstName":"Grace","userTypeCode":"ADMI"}`)
	s.expect(t, 200, 1, "PUT", "/api/users/verification-requests/new-request-code", `{"userReqList":[{"userId":2,"request_type_code":"REGR"}]}`)
	s.expect(t, 204, 1, "DELETE", "/api/users/2", "")
	var got []string
	for _, m := range kafkatest.Await(t, s.prefix+contracts.TopicUserEvents, 6) {
		var e struct {
			Kind   string
			UserID int64
			Actor  *directoryv1.Actor
		}
		if err := json.Unmarshal(m.Value, &e); err != nil {
			t.Fatal(err)
		}
		if e.Actor == nil {
			continue
		}
		if e.Actor.UserID != 1 || e.Actor.SessionID == "" {
			t.Errorf("%s: by %+v", e.Kind, e.Actor)
		}
		got = append(got, e.Kind)
	}
	if want := []string{"updated", "type-changed", "code-renewed", "deleted"}; !slices.Equal(got, want) {
		t.Errorf("named in %v, want %v", got, want)
	}
}

// TestCustomProperties follows the properties of a user: set, seen, found, published not at all, gone.
func TestCustomProperties(t *testing.T) {
	s := boot(t)
	s.publish(t, administrator(1, "admin@example.com"), account(2, "ada@example.com"), account(3, "grace@example.com"))
	for id := range int64(3) {
		s.state(t, id+1, "there", func(directoryv1.User) bool { return true })
	}
	const properties = `{"plan":"gold","seats":9007199254740993,"price":1.50,"address":{"city":"Zürich 😀"},"tags":["a",null]}`
	put := s.expect(t, 200, 1, "PUT", "/api/users/2", `{"properties":`+properties+`}`)
	if _, shown := put["properties"]; shown || put["id"] != 2.0 {
		t.Errorf("put: %v", put)
	}
	s.expect(t, 400, 1, "PUT", "/api/users/2", `{"properties":{"plan":1e400}}`)
	s.expect(t, 403, 2, "PUT", "/api/users/2", `{"properties":{"plan":"platinum"}}`)

	// They are shown to their user and to administrators, on demand.
	const want = `"legacyUserId":null,"properties":{"plan":"gold","tags":["a",null],"price":1.50,"seats":9007199254740993,"address":{"city":"Zürich 😀"}}}`
	for as, path := range map[int64]string{1: "/api/users/2?fields=properties", 2: "/api/users/me?fields=properties"} {
		if status, _, body := s.call(t, as, "GET", path, ""); status != 200 || !strings.HasSuffix(body, want) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	s.expect(t, 403, 3, "GET", "/api/users/2?fields=properties", "")
	s.expect(t, 400, 2, "GET", "/api/users/2?fields=password", "")
	for _, path := range []string{"/api/users/2", "/api/users?filter=" + url.QueryEscape(`{"id":2}`)} {
		if _, _, body := s.call(t, 1, "GET", path, ""); strings.Contains(body, "properties") {
			t.Errorf("%s: %s", path, body)
		}
	}
	if none := s.expect(t, 200, 3, "GET", "/api/users/3?fields=properties", ""); fmt.Sprint(none["properties"]) != "map[]" {
		t.Errorf("without any: %v", none)
	}

	// Administrators find by them.
	for filter, total := range map[string]float64{
		`{"properties.plan":"gold","properties.address.city":["Zürich 😀"]}`: 1, `{"properties.seats":9007199254740993}`: 1,
		`{"properties.seats":9007199254740992}`: 0, `{"properties.plan":null}`: 2, `{"properties.plan":"!null"}`: 1,
	} {
		if found := s.expect(t, 200, 1, "GET", "/api/users?filter="+url.QueryEscape(filter), ""); found["total"] != total {
			t.Errorf("%s: %v", filter, found)
		}
	}
	s.expect(t, 400, 1, "GET", "/api/users?filter="+url.QueryEscape(`{"properties.pl'an":"gold"}`), "")
	if refused := s.expect(t, 403, 3, "GET", "/api/users?filter="+url.QueryEscape(`{"properties.plan":"gold"}`), ""); refused["message"] != "Administrator access required" {
		t.Errorf("refused: %v", refused)
	}

	// The change is published, the properties are not. They can be cleared, and go with their user.
	s.state(t, 2, "changed", func(u directoryv1.User) bool { return u.Version == 2 && u.AccessVersion == 1 })
	s.expect(t, 200, 1, "PUT", "/api/users/2", `{"properties":null}`)
	if none := s.expect(t, 200, 2, "GET", "/api/users/2?fields=properties", ""); fmt.Sprint(none["properties"]) != "map[]" {
		t.Errorf("cleared: %v", none)
	}
	s.expect(t, 200, 1, "PUT", "/api/users/2", `{"properties":{"plan":"gold"}}`)
	s.expect(t, 204, 2, "DELETE", "/api/users/2", "")
	s.state(t, 2, "deleted", func(u directoryv1.User) bool { return u.Deleted })
	s.expect(t, 404, 1, "GET", "/api/users/2?fields=properties", "")
	for _, m := range kafkatest.Records(t, s.prefix+contracts.TopicUser) {
		if strings.Contains(string(m.Value), "gold") {
			t.Errorf("published: %s", m.Value)
		}
	}
}

func TestATakenAddressIsRejected(t *testing.T) {
	s := boot(t)
	s.publish(t, account(1, "ada@example.com"))
	s.state(t, 1, "made", func(u directoryv1.User) bool { return !u.Deleted })
	s.publish(t, account(2, "Ada@example.com"))
	rejected := s.state(t, 2, "rejected", func(u directoryv1.User) bool { return u.Deleted })
	want := directoryv1.User{ID: 2, Version: 1, Deleted: true, RejectedBecause: "EMAIL_EXISTS", AccessVersion: 1, AccountVersion: 1}
	if rejected != want {
		t.Errorf("rejected as %+v", rejected)
	}
	s.expect(t, 401, 2, "GET", "/api/users/me", "")
}

// TestTheLastTwoAdministratorsStepDown at the same moment: one of them stays.
func TestTheLastTwoAdministratorsStepDown(t *testing.T) {
	s := boot(t)
	s.publish(t, administrator(1, "a@example.com"), administrator(2, "b@example.com"))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	s.state(t, 2, "made", func(directoryv1.User) bool { return true })
	statuses := make([]int, 2)
	var wg sync.WaitGroup
	for i, id := range []int64{1, 2} {
		wg.Go(func() {
			statuses[i], _, _ = s.call(t, id, "PUT", fmt.Sprintf("/api/users/%d", id), `{"userTypeCode":"NONS"}`)
		})
	}
	wg.Wait()
	if statuses[0]+statuses[1] != http.StatusOK+http.StatusConflict {
		t.Errorf("statuses %v", statuses)
	}
}

// TestGuessesInParallel: of forty wrong codes at once, five are compared.
func TestGuessesInParallel(t *testing.T) {
	s := boot(t)
	s.publish(t, account(1, "ada@example.com"))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	var mu sync.Mutex
	statuses := map[int]int{}
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			status, _, _ := s.call(t, 0, "POST", "/api/auth/verify-email", `{"email":"ada@example.com","code":"wrong"}`)
			mu.Lock()
			defer mu.Unlock()
			statuses[status]++
		})
	}
	wg.Wait()
	if statuses[400] != 5 || statuses[429] != 35 {
		t.Errorf("statuses %v", statuses)
	}
}

// TestMailSurvivesARestart: what the mail server refuses is in the queue when the service comes back.
func TestMailSurvivesARestart(t *testing.T) {
	s := boot(t)
	s.mail.Refuse(true)
	s.publish(t, account(1, "ada@example.com"))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })
	tried := s.expect(t, 200, 0, "GET", "/internal/users/1/mail?wait=2s", "")
	if tried["pending"] != 0.0 || len(s.mail.Messages()) != 0 {
		t.Errorf("pending %v, %d messages", tried["pending"], len(s.mail.Messages()))
	}
	s.Stop()
	s.mail.Refuse(false)
	s.clock.Move(time.Minute)
	s.start(t)
	s.mail.Await(t, "ada@example.com", 1)
}

// TestRecordsThatCannotBeFollowed do not stop those that can.
func TestRecordsThatCannotBeFollowed(t *testing.T) {
	s := boot(t)
	stray := account(7, "stray@example.com")
	stray.Registration = nil
	s.publish(t, stray, billingv1.Subscription{UserID: 8, Version: 1, AccessVersion: 1, Access: true}, account(1, "ada@example.com"))
	s.state(t, 1, "made", func(directoryv1.User) bool { return true })

	for _, m := range kafkatest.Records(t, s.prefix+contracts.TopicUser) {
		if string(m.Key) != "1" {
			t.Errorf("a record of user %s was published", m.Key)
		}
	}
}
