package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// accepted accepts an invitation.
func accepted(t *testing.T, email, code string) answer {
	t.Helper()
	return (&client{t: t}).do("POST", "/api/auth/accept-invitation", object{"email": email, "code": code, "password": chosenPassword})
}

// TestAnInvitation: the user is there at once, the letter too, and its code signs in.
func TestAnInvitation(t *testing.T) {
	boss := admin(t)
	email := uniqueEmail("invited")
	body := object{"email": email, "firstName": "Grace", "userTypeCode": "SUBS"}
	for name, a := range map[string]answer{
		"nobody":   (&client{t: t}).do("POST", "/api/users", body),
		"a member": register(t, "member").do("POST", "/api/users", body),
		"no CSRF":  boss.do("POST", "/api/users", body, "X-Csrf-Token", "wrong"),
		"a type":   boss.do("POST", "/api/users", object{"email": email, "userTypeCode": "ROOT"}),
	} {
		if want := map[string]int{"nobody": 401, "a member": 403, "no CSRF": 403, "a type": 400}[name]; a.status != want {
			t.Errorf("%s: %s, want %d", name, a, want)
		}
	}
	invited := boss.want(http.StatusCreated, "POST", "/api/users", body)
	id, _ := invited.body["id"].(float64)
	if invited.body["email"] != email || invited.body["firstName"] != "Grace" || invited.body["typeCode"] != "SUBS" || invited.body["verifiedAt"] != nil || id == 0 {
		t.Fatalf("invited: %s", invited)
	}
	if a := boss.do("POST", "/api/users", body); a.status != http.StatusConflict || a.body["code"] != "EMAIL_EXISTS" {
		t.Errorf("again: %s", a)
	}
	open := boss.want(http.StatusOK, "GET", list("/api/users/verification-requests", fmt.Sprintf(`{"userId":%.0f}`, id), ""), nil).list()
	if len(open) != 1 || open[0]["requestTypeCode"] != "INVI" || open[0]["requestTypeName"] != "Invitation" {
		t.Errorf("requests: %v", open)
	}
	first := mailedCode(t, email)
	if text := newestMail(t, email); !strings.Contains(text, "/accept-invitation?code="+first) || !strings.Contains(text, "7 days") {
		t.Errorf("the letter: %s", text)
	}
	order := object{"userReqList": []object{{"userId": id, "request_type_code": "INVI"}}}
	boss.want(http.StatusOK, "PUT", "/api/users/verification-requests/new-request-code", order)
	boss.want(http.StatusOK, "POST", "/api/users/verification-requests/resend-email", object{"emails": []string{email}})
	code := mailedCode(t, email)
	if a := accepted(t, email, first); a.status != http.StatusBadRequest || a.body["code"] != "INVALID_CODE" || code == first {
		t.Errorf("the first code: %s", a)
	}
	a := accepted(t, email, code)
	c := &client{t: t}
	c.signedIn(a)
	if a.status != http.StatusOK || c.user["verifiedAt"] == nil || c.user["id"] != id || c.user["lastLoginAt"] == nil || a.header.Get("X-Consistency") != "" {
		t.Fatalf("accepted: %s", a)
	}
	c.want(http.StatusOK, "GET", "/api/users/me", nil)
	if a := accepted(t, email, code); a.status != http.StatusNotFound || a.body["code"] != "NO_VERIFICATION_REQUEST" {
		t.Errorf("accepted again: %s", a)
	}
	if _, in := login(t, email, chosenPassword); !in {
		t.Error("the password does not sign in")
	}
}

// TestAnInvitedAdministrator has the rights at once on accepting, and does not count before.
func TestAnInvitedAdministrator(t *testing.T) {
	email := uniqueEmail("boss")
	boss := admin(t)
	boss.want(http.StatusCreated, "POST", "/api/users", object{"email": email, "userTypeCode": "ADMI"})
	self := fmt.Sprintf("/api/users/%d", boss.id())
	for _, change := range []object{{"userTypeCode": "NONS"}, {"isActive": false}} {
		if a := boss.do("PUT", self, change); a.status != http.StatusConflict || a.body["code"] != "LAST_ADMIN" {
			t.Errorf("the only administrator who has accepted leaves by %v: %s", change, a)
		}
	}
	if a := boss.do("DELETE", self, nil); a.status != http.StatusConflict || a.body["code"] != "LAST_ADMIN" {
		t.Errorf("the only administrator who has accepted is deleted: %s", a)
	}
	c := &client{t: t}
	c.signedIn(accepted(t, email, mailedCode(t, email)))
	c.want(http.StatusOK, "GET", "/api/users/full?perPage=1", nil)
	admin(t).want(http.StatusNoContent, "DELETE", fmt.Sprintf("/api/users/%d", c.id()), nil) // other tests need the last administrator
}
