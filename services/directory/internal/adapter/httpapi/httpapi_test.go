package httpapi_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"muster/libs/causal"
	"muster/libs/service/servicetest"
	"muster/libs/web"
	"muster/services/directory/internal/directory"
)

const (
	notAuthenticated = `{"message":"User not authenticated"}`
	adminOnly        = `{"message":"Administrator access required"}`
	notFound         = `{"message":"User not found"}`
	noUser           = `{"message":"User not found","code":"USER_NOT_FOUND"}` // to other services
	resent           = `{"message":"If the address is registered, a message is on its way."}`
	shortUser1       = `{"id":1,"username":"ada1","email":"","typeCode":"","typeName":"","firstName":null,"lastName":null,"authTypeCode":"",` +
		`"authTypeName":"","isActive":true,"createdAt":"0001-01-01T00:00:00Z","updatedAt":"0001-01-01T00:00:00Z","verifiedAt":null,` +
		`"lastLoginAt":null,"subscriptionExemptionStartsAt":null,"subscriptionExemptionEndsAt":null,"legacyUserId":null}`
	updatedUser = `{"id":1,"username":"ada1","email":"Ada1@Example.com","typeCode":"SUBS","typeName":"Subscribed","firstName":"Grace",` +
		`"lastName":null,"authTypeCode":"GOOG","authTypeName":"Google OAuth","isActive":true,"createdAt":"2026-01-01T08:30:01Z",` +
		`"updatedAt":"2026-03-14T12:00:00Z","verifiedAt":"2026-01-03T08:30:03Z","lastLoginAt":"2026-01-04T08:30:04Z",` +
		`"subscriptionExemptionStartsAt":"2024-01-01T00:00:00Z","subscriptionExemptionEndsAt":null,"legacyUserId":7001}`
	sampleUser1 = `{"id":1,"username":"ada1","email":"Ada1@Example.com","typeCode":"SUBS","typeName":"Subscribed","firstName":"Ada",` +
		`"lastName":"Lovelace","authTypeCode":"GOOG","authTypeName":"Google OAuth","isActive":true,"createdAt":"2026-01-01T08:30:01Z",` +
		`"updatedAt":"2026-01-02T08:30:02Z","verifiedAt":"2026-01-03T08:30:03Z","lastLoginAt":"2026-01-04T08:30:04Z",` +
		`"subscriptionExemptionStartsAt":"2026-01-05T08:30:05Z","subscriptionExemptionEndsAt":"2026-01-06T08:30:06Z","legacyUserId":7001}`
	noEmailChange = `{"error":"No verification request found","message":"No pending email update verification. Please request a new update.",` +
		`"code":"NO_VERIFICATION_REQUEST"}`
	sentCodes     = `{"code":200,"message":"Successfully sent verification codes."}`
	unknownUsers  = `{"message":"One or more users not found."}`
	notSent       = `{"message":"Failed to send verification email"}`
	listedRequest = `{"id":5,"userId":%d,"requestTypeCode":"REGR","requestTypeName":"Email Verification","verificationCode":%s,` +
		`"createdOn":"2026-03-14T12:00:00Z","attempts":2,"username":"ada","email":"ada@example.com","firstName":"Ada","lastName":null,"isActive":true}`
)

func oneRequest(id, userID int, code string) string {
	return fmt.Sprintf(`{"id":%d,"userId":%d,"requestTypeCode":"REGR","requestTypeName":"Email Verification","verificationCode":%s,`+
		`"createdOn":"2026-03-14T12:00:00Z","attempts":2,"username":"ada","email":"ada@example.com","firstName":"Ada","lastName":null,"isActive":true}`, id, userID, code)
}

func invalid(field, message string) string {
	return fmt.Sprintf(`{"message":%q,"code":"VALIDATION_FAILED","fields":[{"field":%q,"message":%q}],"errors":{%q:%q}}`,
		field+": "+message, field, message, field, message)
}

// TestRoutes checks the response of each route for each kind of caller. Every case has its own API.
func TestRoutes(t *testing.T) {
	const fields = "must be properties, or be left out"
	const object = "must be a JSON object"
	byPlan := url.QueryEscape(`{"properties.plan":"gold"}`)
	withProperties := strings.TrimSuffix(shortUser1, "}") + `,"properties":{"plan":"gold"}}`
	const exemption = `must be an RFC 3339 time such as "2024-01-01T00:00:00Z", or null`
	for _, c := range []struct {
		as             int64
		method, target string
		body           string
		status         int
		want           string
	}{
		{nobody, "GET", "/api/users", "", 401, notAuthenticated},
		{gone, "GET", "/api/users", "", 401, notAuthenticated},
		{user, "GET", "/api/users?page=2", "", 200, `{"data":[` + shortUser1 + `],"total":41}`},
		{user, "GET", "/api/users?page=0", "", 400, invalid("page", "must be a whole number from 1 on")},
		{user, "GET", "/api/users/me", "", 200, shortUser1},
		{user, "GET", "/api/users/1", "", 200, shortUser1},
		{other, "GET", "/api/users/1", "", 200, shortUser1},
		{user, "GET", "/api/users/4", "", 404, notFound},
		{user, "GET", "/api/users/99", "", 404, notFound},
		{user, "GET", "/api/users/0", "", 400, invalid("id", "must be a positive integer")},
		{user, "GET", "/api/users/x", "", 400, invalid("id", "must be a positive integer")},
		{nobody, "GET", "/api/users/me", "", 401, notAuthenticated},

		{user, "GET", "/api/users?filter=" + byPlan, "", 403, adminOnly},
		{admin, "GET", "/api/users?fields=x", "", 200, `{"data":[` + shortUser1 + `],"total":41}`}, // not of the lists' grammar
		{user, "GET", "/api/users/me?fields=properties", "", 200, withProperties},
		{user, "GET", "/api/users/1?fields=properties,properties", "", 200, withProperties},
		{admin, "GET", "/api/users/1?fields=properties", "", 200, withProperties},
		{admin, "GET", "/api/users/me?fields=properties", "", 200, strings.NewReplacer(`"id":1`, `"id":2`, "ada1", "ada2", `{"plan":"gold"}`, "{}").Replace(withProperties)},
		{user, "GET", "/api/users/1?fields=", "", 200, shortUser1},
		{other, "GET", "/api/users/1?fields=properties", "", 403, adminOnly},
		{user, "GET", "/api/users/99?fields=properties", "", 403, adminOnly},
		{admin, "GET", "/api/users/99?fields=properties", "", 404, notFound},
		{admin, "GET", "/api/users/4?fields=properties", "", 404, notFound},
		{nobody, "GET", "/api/users/1?fields=properties", "", 401, notAuthenticated},
		{user, "GET", "/api/users/me?fields=email", "", 400, invalid("fields", fields)},
		{user, "GET", "/api/users/me?fields=properties,", "", 400, invalid("fields", fields)},
		{user, "GET", "/api/users/me?fields=Properties", "", 400, invalid("fields", fields)},
		{user, "GET", "/api/users/me?fields=properties&fields=", "", 400, invalid("fields", "is given more than once")},
		{user, "GET", "/api/users/me?fields=%zz", "", 400, invalid("fields", "has a broken percent escape")},

		{nobody, "GET", "/api/users/verification-requests", "", 401, notAuthenticated},
		{user, "GET", "/api/users/verification-requests", "", 200, `{"data":[` + fmt.Sprintf(listedRequest, 1, "null") + `],"total":1}`},
		{admin, "GET", "/api/users/verification-requests", "", 200, `{"data":[` + fmt.Sprintf(listedRequest, 1, `"abc123def456"`) + `],"total":1}`},

		{nobody, "PUT", "/api/users/me", `{}`, 401, notAuthenticated},
		{user, "PUT", "/api/users/me", `{}`, 200, sampleUser1},
		{user, "PUT", "/api/users/me", `{"email":" ada1@example.COM","userTypeCode":"ADMI","isActive":false,"subscriptionExemptionEndsAt":null}`, 200,
			strings.NewReplacer("Ada1@Example.com", "ada1@example.COM", "2026-01-02T08:30:02Z", "2026-03-14T12:00:00Z").Replace(sampleUser1)},
		{user, "PUT", "/api/users/me", `{"email":" New@example.com","firstName":"Grace"}`, 200,
			`{"emailVerificationRequired":true,"message":"Verification code sent to New@example.com. Please verify to complete the update."}`},
		{user, "PUT", "/api/users/me", `{"email":"ADA3@example.com"}`, 409, `{"message":"Email address is already in use","code":"EMAIL_EXISTS"}`},
		{user, "PUT", "/api/users/me", `{"email":null}`, 400, invalid("email", "must not be null")},
		{user, "PUT", "/api/users/me", `{"username":5}`, 400, invalid("username", "must be a string, not a number")},
		{user, "PUT", "/api/users/me", `{"username":""}`, 400, invalid("username", "must have 1 to 100 characters")},
		{user, "PUT", "/api/users/me", `null`, 400, invalid("body", "must be a JSON object")},

		{nobody, "POST", "/api/users/me/verify-update", `{}`, 401, notAuthenticated},
		{user, "POST", "/api/users/me/verify-update", `{"email":"new@example.com"}`, 400, invalid("verificationCode", "is required")},
		{user, "POST", "/api/users/me/verify-update", `{"verificationCode":"123456"}`, 400, invalid("email", "is required")},
		{user, "POST", "/api/users/me/verify-update", `{"email":"new@example.com","verificationCode":123456}`, 400, invalid("verificationCode", "must be a string, not a number")},
		{user, "POST", "/api/users/me/verify-update", `{"email":"new@example.com","verificationCode":"123456","firstName":5}`, 400, invalid("firstName", "must be a string, not a number")},
		{user, "PUT", "/api/users/me/verify-update", `{"email":"new@example.com","verificationCode":"123456"}`, 404, noEmailChange},

		{nobody, "POST", "/api/users/verification-requests/resend-email", `{}`, 401, notAuthenticated},
		{user, "POST", "/api/users/verification-requests/resend-email", `{"emails":["ADA1@example.com"]}`, 200, sentCodes},
		{user, "POST", "/api/users/verification-requests/resend-email", `{"emails":["ada1@example.com","ada3@example.com"]}`, 403, adminOnly},
		{user, "POST", "/api/users/verification-requests/resend-email", `{"emails":["nobody@example.com"]}`, 403, adminOnly},
		{admin, "POST", "/api/users/verification-requests/resend-email", `{"emails":["ada1@example.com","ada3@example.com"]}`, 200, sentCodes},
		{admin, "POST", "/api/users/verification-requests/resend-email", `{"emails":["ada1@example.com","nobody@example.com"]}`, 404, unknownUsers},
		{admin, "POST", "/api/users/verification-requests/resend-email", `{"emails":[]}`, 400, invalid("emails", "must hold 1 to 100 addresses")},
		{admin, "POST", "/api/users/verification-requests/resend-email", `{}`, 400, invalid("emails", "must hold 1 to 100 addresses")},
		{admin, "POST", "/api/users/verification-requests/resend-email", `{"emails":"ada1@example.com"}`, 400, invalid("emails", "must be an array, not a string")},

		{nobody, "PUT", "/api/users/verification-requests/new-request-code", `{}`, 401, notAuthenticated},
		{admin, "PUT", "/api/users/verification-requests/new-request-code",
			`{"userReqList":[{"userId":3,"request_type_code":"REGR"},{"userId":1,"request_type_code":"RPWR"}]}`, 200,
			`{"code":200,"message":"Successfully created new verification requests.","verificationCodes":[` +
				`{"userId":3,"verificationCode":"abc123def456","requestType":"REGR"},{"userId":1,"verificationCode":"abc123def456","requestType":"RPWR"}]}`},
		{user, "POST", "/api/users/verification-requests/new-request-code", `{"userReqList":[{"userId":1,"request_type_code":"REGR"}]}`, 200,
			`{"code":200,"message":"Successfully created new verification requests.","verificationCodes":[{"userId":1,"verificationCode":null,"requestType":"REGR"}]}`},
		{user, "PUT", "/api/users/verification-requests/new-request-code", `{"userReqList":[{"userId":1,"request_type_code":"RPWR"}]}`, 403, adminOnly},
		{user, "PUT", "/api/users/verification-requests/new-request-code", `{"userReqList":[{"userId":3,"request_type_code":"REGR"}]}`, 403, adminOnly},
		{admin, "PUT", "/api/users/verification-requests/new-request-code", `{"userReqList":[{"userId":4,"request_type_code":"REGR"}]}`, 404, unknownUsers},
		{admin, "PUT", "/api/users/verification-requests/new-request-code", `{"userReqList":[{"userId":1,"request_type_code":"EMUP"}]}`, 400,
			invalid("userReqList[0].request_type_code", "must be REGR, RPWR or INVI")},
		{admin, "PUT", "/api/users/verification-requests/new-request-code", `{"userReqList":[]}`, 400, invalid("userReqList", "must hold 1 to 100 requests")},

		{nobody, "GET", "/api/users/verification-requests/5", "", 401, notAuthenticated},
		{user, "GET", "/api/users/verification-requests/5", "", 200, oneRequest(5, 1, `null`)},
		{user, "GET", "/api/users/verification-requests/6", "", 404, `{"message":"Verification request not found"}`},
		{admin, "GET", "/api/users/verification-requests/6", "", 200, oneRequest(6, 3, `"abc123def456"`)},
		{admin, "GET", "/api/users/verification-requests/7", "", 404, `{"message":"Verification request not found"}`},
		{admin, "GET", "/api/users/verification-requests/x", "", 400, invalid("id", "must be a positive integer")},

		{nobody, "DELETE", "/api/users/verification-requests/7", "", 401, notAuthenticated},
		{user, "DELETE", "/api/users/verification-requests/7", "", 403, adminOnly},
		{admin, "DELETE", "/api/users/verification-requests/7", "", 404, `{"message":"Verification request not found"}`},
		{admin, "DELETE", "/api/users/verification-requests/x", "", 400, invalid("id", "must be a positive integer")},

		{nobody, "PUT", "/api/users/1", `{}`, 401, notAuthenticated},
		{user, "PUT", "/api/users/1", `{}`, 403, adminOnly},
		{admin, "PUT", "/api/users/1", `{"firstName":"Grace","lastName":null,"unknown":1,"subscriptionExemptionStartsAt":"2024-01-01T01:00:00.5+01:00","subscriptionExemptionEndsAt":null}`, 200, updatedUser},
		{admin, "PUT", "/api/users/99", `{}`, 404, notFound},
		{admin, "PUT", "/api/users/1", `{"email":"ada3@EXAMPLE.com"}`, 409, `{"message":"Email address is already in use","code":"EMAIL_EXISTS"}`},
		{admin, "PUT", "/api/users/2", `{"userTypeCode":"NONS"}`, 409, `{"message":"The last active administrator cannot be deleted, deactivated or demoted.","code":"LAST_ADMIN"}`},
		{admin, "PUT", "/api/users/1", `{"username":null}`, 400, invalid("username", "must not be null")},
		{admin, "PUT", "/api/users/1", `{"username":5}`, 400, invalid("username", "must be a string, not a number")},
		{admin, "PUT", "/api/users/1", `{"isActive":"yes"}`, 400, invalid("isActive", "must be true or false, not a string")},
		{admin, "PUT", "/api/users/1", `{"subscriptionExemptionEndsAt":"soon"}`, 400, invalid("subscriptionExemptionEndsAt", exemption)},
		{admin, "PUT", "/api/users/1", `{"subscriptionExemptionStartsAt":"9999-12-31T23:59:59-01:00"}`, 400, invalid("subscriptionExemptionStartsAt", exemption)},
		{admin, "PUT", "/api/users/1", `{"subscriptionExemptionStartsAt":7}`, 400, invalid("subscriptionExemptionStartsAt", "must be a string, not a number")},
		{admin, "PUT", "/api/users/1", `{"properties":5}`, 400, invalid("properties", object)},
		{admin, "PUT", "/api/users/1", `{"properties":"{}"}`, 400, invalid("properties", object)},
		{admin, "PUT", "/api/users/1", `{"properties":[{}]}`, 400, invalid("properties", object)},
		{admin, "PUT", "/api/users/1", `{"properties":{"a":1e100000}}`, 400, invalid("properties", "must not hold numbers of more than 40 characters, written without an exponent")},
		{admin, "PUT", "/api/users/1", `{"properties":{"a":1,"a":2}}`, 400, invalid("properties.a", "is there more than once")},
		{admin, "PUT", "/api/users/1", `{"properties":{"a":"` + strings.Repeat("x", 16377) + `"}}`, 400, invalid("properties", "must have at most 16384 bytes as compact JSON, not 16385")},
		{admin, "PUT", "/api/users/1", `{"properties":{"a":"` + strings.Repeat("x", 1<<20) + `"}}`, 413, `{"message":"The request body is larger than 1 MiB.","code":"BODY_TOO_LARGE"}`},
		{user, "PUT", "/api/users/1", `{"properties":{"plan":"gold"}}`, 403, adminOnly},
		{admin, "PUT", "/api/users/1", `[]`, 400, invalid("body", "must be a JSON object, not an array")},
		{admin, "PUT", "/api/users/1", ``, 400, invalid("body", "is required: send a JSON object")},
		{admin, "PUT", "/api/users/x", `{}`, 400, invalid("id", "must be a positive integer")},

		{nobody, "DELETE", "/api/users/1", "", 401, notAuthenticated},
		{user, "DELETE", "/api/users/3", "", 403, adminOnly},
		{user, "DELETE", "/api/users/1", "", 204, ""},
		{admin, "DELETE", "/api/users/1", "", 204, ""},
		{admin, "DELETE", "/api/users/4", "", 404, notFound},
		{admin, "DELETE", "/api/users/2", "", 409, `{"message":"The last active administrator cannot be deleted, deactivated or demoted.","code":"LAST_ADMIN"}`},

		{nobody, "POST", "/api/auth/verify-email", `{"email":"nobody@example.com","code":"x"}`, 404,
			`{"message":"There is no pending verification for this email address.","code":"NO_VERIFICATION_REQUEST"}`},
		{nobody, "POST", "/api/auth/verify-email", `{"email":"no","code":"x"}`, 400, invalid("email", "must be an email address such as ada@example.com")},
		{nobody, "POST", "/api/auth/verify-email", `{"email":"ada@example.com"}`, 400, invalid("code", "is required")},
		{nobody, "POST", "/api/auth/resend-verification", `{"email":"nobody@example.com"}`, 200, resent},
		{nobody, "POST", "/api/auth/resend-verification", `{"email":"ada1@example.com"}`, 200, resent},
		{nobody, "POST", "/api/auth/resend-verification", `{"email":"no"}`, 200, resent},
		{nobody, "POST", "/api/auth/resend-verification", `{}`, 400, invalid("email", "is required")},

		{nobody, "POST", "/api/auth/forgot-password", `{"email":"nobody@example.com"}`, 200, resent},
		{nobody, "POST", "/api/auth/forgot-password", `{"email":"ada1@example.com"}`, 200, resent},
		{nobody, "POST", "/api/auth/forgot-password", `{"email":"no"}`, 200, resent},
		{nobody, "POST", "/api/auth/forgot-password", `{}`, 400, invalid("email", "is required")},

		{nobody, "GET", "/internal/users/1/mail", "", 401, notAuthenticated},
		{admin, "GET", "/internal/users/1/mail", "", 401, notAuthenticated},
		{nobody, "PATCH", "/api/users/1", "", 405, `{"message":"This route does not answer PATCH.","code":"METHOD_NOT_ALLOWED"}`},
	} {
		t.Run(fmt.Sprintf("%s %s as %d %.60s", c.method, c.target, c.as, c.body), func(t *testing.T) {
			a := newAPI(t, false)
			a.putProperties(t, user, `{"plan":"gold"}`)
			w := a.do(t, c.as, c.method, c.target, c.body)
			if w.Code != c.status || strings.TrimSpace(w.Body.String()) != c.want {
				t.Errorf("%d %s\nwant %d %s", w.Code, w.Body, c.status, c.want)
			}
		})
	}
}

func TestListsCarryTheirHeaders(t *testing.T) {
	for target, contentRange := range map[string]string{
		"/api/users?page=2": "items 10-10/41", "/api/users/verification-requests": "items 0-0/1",
	} {
		h := newAPI(t, false).do(t, user, "GET", target, "").Header()
		if h.Get("Content-Range") != contentRange || h.Get("Accept-Range") != "items" || h.Get("Access-Control-Expose-Headers") != "Content-Range, X-Total-Count" {
			t.Errorf("%s: %v", target, h)
		}
	}
}

func TestWritesNeedTheCSRFTokenAndSayWhatTheyWrote(t *testing.T) {
	a := newAPI(t, false)
	r := httptest.NewRequestWithContext(t.Context(), "DELETE", "/api/users/3", nil)
	a.issuer.SignIn(t, r, admin)
	token := r.Header.Get(web.HeaderCSRF)
	r.Header.Set(web.HeaderCSRF, "another")
	if w := a.send(r); w.Code != 403 || !strings.Contains(w.Body.String(), "CSRF_INVALID") || a.store.User(other).Deleted {
		t.Errorf("without the token: %d %s", w.Code, w.Body)
	}
	r.Header.Set(web.HeaderCSRF, token)
	if w := a.send(r); w.Code != 204 || w.Header().Get(causal.HeaderWrote) != "user/3@15" {
		t.Errorf("with the token: %d, wrote %q", w.Code, w.Header().Get(causal.HeaderWrote))
	}
	if w := a.do(t, admin, "PUT", "/api/users/1", `{"username":"eve"}`); w.Header().Get(causal.HeaderWrote) != "user/1@15" {
		t.Errorf("update wrote %q", w.Header().Get(causal.HeaderWrote))
	}
}

func TestVisibilityToAdministratorsOnly(t *testing.T) {
	for _, c := range []struct {
		as     int64
		target string
		status int
	}{
		{user, "/api/users", 403}, {user, "/api/users/3", 403}, {user, "/api/users/1", 200}, {user, "/api/users/me", 200},
		{user, "/api/users/x", 403}, {admin, "/api/users", 200}, {admin, "/api/users/1", 200},
	} {
		if w := newAPI(t, true).do(t, c.as, "GET", c.target, ""); w.Code != c.status {
			t.Errorf("%s as %d: %d", c.target, c.as, w.Code)
		}
	}
}

func TestAPutReplacesTheProperties(t *testing.T) {
	a := newAPI(t, false)
	for _, step := range []struct {
		body  string
		want  directory.Properties
		wrote string
	}{
		{`{"properties":{ "b":[1.50,"\u00e9"], "a":{} }}`, `{"a":{},"b":[1.50,"é"]}`, "user/1@15"},
		{`{"firstName":"Grace"}`, `{"a":{},"b":[1.50,"é"]}`, "user/1@16"},
		{`{"properties":{"plan":"gold"}}`, `{"plan":"gold"}`, "user/1@17"},
		{`{"properties":null}`, ``, "user/1@18"},
		{`{"properties":{}}`, ``, "user/1@18"},
	} {
		w := a.do(t, admin, "PUT", "/api/users/1", step.body)
		if w.Code != 200 || strings.Contains(w.Body.String(), "properties") || w.Header().Get(causal.HeaderWrote) != step.wrote {
			t.Errorf("%s: %d %s, wrote %q", step.body, w.Code, w.Body, w.Header().Get(causal.HeaderWrote))
		}
		if got := a.store.Properties(user); got != step.want {
			t.Errorf("%s: %s, want %s", step.body, got, step.want)
		}
	}

	// Nobody returns themselves any.
	w := a.do(t, user, "PUT", "/api/users/me", `{"properties":{"plan":"gold"}}`)
	if w.Code != 200 || a.store.Properties(user) != "" || a.store.User(user).Version != 18 {
		t.Errorf("%d %s, properties %s", w.Code, w.Body, a.store.Properties(user))
	}
}

func TestVerifyingOverHTTP(t *testing.T) {
	a := newAPI(t, false)
	u := a.store.User(user)
	u.VerifiedAt = nil
	a.store.Put(u)
	if w := a.do(t, nobody, "POST", "/api/auth/resend-verification", `{"email":" ada1@example.com "}`); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	a.deliver(t)
	if _, open := a.store.Request(user, directory.RequestRegistration); !open {
		t.Fatal("no request was made")
	}
	attempt := func(code string, status int, want string) {
		t.Helper()
		w := a.do(t, nobody, "POST", "/api/auth/verify-email", fmt.Sprintf(`{"email":"ADA1@example.com","code":%q}`, code))
		if w.Code != status || w.Body.String() != want {
			t.Errorf("%d %s\nwant %d %s", w.Code, w.Body, status, want)
		}
		if wrote := w.Header().Get(causal.HeaderWrote); (wrote == "user/1@16") != (status == 200) { // 15 is the code
			t.Errorf("wrote %q", wrote)
		}
	}
	attempt("wrong", 400, `{"message":"The verification code is incorrect. 4 attempts remaining.","code":"INVALID_CODE","attemptsRemaining":4}`)
	attempt("abc123def456", 200, `{"message":"Email verified"}`)

	a = newAPI(t, false)
	u = a.store.User(user)
	u.VerifiedAt = nil
	a.store.Put(u)
	a.do(t, nobody, "POST", "/api/auth/resend-verification", `{"email":"ada1@example.com"}`)
	a.deliver(t)
	for range 5 {
		a.do(t, nobody, "POST", "/api/auth/verify-email", `{"email":"ada1@example.com","code":"wrong"}`)
	}
	attempt("abc123def456", 429, `{"message":"Maximum verification attempts exceeded. Please request a new code.","code":"MAX_ATTEMPTS_EXCEEDED"}`)
}

func TestTheInternalMailRoute(t *testing.T) {
	a := newAPI(t, false)
	ask := func(target string) (int, string) {
		r := httptest.NewRequestWithContext(t.Context(), "GET", target, nil)
		servicetest.AsService(t, r, "directory")
		w := a.send(r)
		return w.Code, w.Body.String()
	}
	must(t, a.store.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error {
		return tx.QueueMail(ctx, directory.Mail{UserID: user, Kind: directory.MailEmailChanged, Recipient: "ada1@example.com", QueuedAt: a.clock.Now()})
	}))
	for target, want := range map[string]string{
		"/internal/users/1/mail?wait=10ms": `{"pending":1}`, "/internal/users/1/mail?wait=0": `{"pending":1}`, "/internal/users/3/mail": `{"pending":0}`,
	} {
		if status, body := ask(target); status != 200 || body != want {
			t.Errorf("%s: %d %s", target, status, body)
		}
	}
	for _, target := range []string{"/internal/users/1/mail?wait=soon", "/internal/users/1/mail?wait=-1s", "/internal/users/x/mail"} {
		if status, _ := ask(target); status != 400 {
			t.Errorf("%s: %d", target, status)
		}
	}
}
