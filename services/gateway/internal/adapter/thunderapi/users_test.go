package thunderapi_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"muster/services/gateway/internal/thunder"
)

// Times of the fixture's clock: 2026-03-01T08:30:00.250Z, and a minute later.
const (
	made  = "1772353800250"
	later = "1772353860250"
)

const adaJSON = `{"email":{"address":"ada@example.com","verified":false,"verificationToken":null},"password":"$argon$12345","plan":"gold",` +
	`"creationTime":` + made + `,"lastUpdateTime":` + made + `}`

func TestTheLifeOfAUser(t *testing.T) {
	f := setup(t)
	body := `{"email":{"address":"new@example.com","verified":true,"verificationToken":"mine"},"password":"pw","z":1.50,` +
		`"creationTime":1,"lastUpdateTime":"x","a":{"b":[null,"<"]}}`
	user := func(address, verification, password, properties, created, updated string) string {
		return `{"email":{"address":"` + address + `",` + verification + `},"password":"` + password + `",` + properties + `"creationTime":` + created + `,"lastUpdateTime":` + updated + `}`
	}
	const unverified, properties = `"verified":false,"verificationToken":null`, `"z":1.50,"a":{"b":[null,"<"]},`
	step := func(name string, a answer, status int, text, calls string) {
		t.Helper()
		f.want(name, a, status, text)
		if got := f.Calls(); got != calls {
			t.Errorf("%s: calls %s, want %s", name, got, calls)
		}
		if a.Header().Get("Cache-Control") != "private, no-store" || a.Header().Get("X-Consistency") != "" {
			t.Errorf("%s: %v", name, a.Header())
		}
		f.Later(time.Minute)
	}
	with := func(password string) []string { return []string{"Password", password} }

	step("create", f.do("POST", "/users", body, with("")...), 201, user("new@example.com", unverified, "$argon$pw", properties, made, made), "create follow user")
	step("get", f.do("GET", "/users?email=new@example.com", "", with("pw")...), 200, user("new@example.com", unverified, "$argon$pw", properties, made, made), "check user")
	step("mail", f.do("POST", "/verify?email=new@example.com", "", with("pw")...), 200,
		user("new@example.com", `"verified":false,"verificationToken":"token-1"`, "$argon$pw", properties, made, "1772353920250"), "check start-verification follow")
	verified := `"verified":true,"verificationToken":"token-1"`
	step("verify", f.send(context.Background(), "GET", "/verify?email=new@example.com&token=token-1&response_type=json", ""), 200,
		user("new@example.com", verified, "$argon$pw", properties, made, "1772353980250"), "check verify follow")
	step("verify again", f.send(context.Background(), "GET", "/verify?email=new@example.com&token=token-1", ""), 200,
		user("new@example.com", verified, "$argon$pw", properties, made, "1772354040250"), "check verify follow")
	step("update without a password", f.do("PUT", "/users", `{"email":{"address":"new@example.com"}}`, with("pw")...), 200,
		user("new@example.com", verified, "$argon$pw", "", made, "1772354100250"), "check update follow")
	step("update with the password", f.do("PUT", "/users", `{"email":{"address":"new@example.com"},"password":"pw"}`, with("pw")...), 200,
		user("new@example.com", verified, "$argon$pw", "", made, "1772354160250"), "check update set-password follow")
	step("update of everything", f.do("PUT", "/users?email=new@example.com", `{"email":{"address":"newer@example.com"},"password":"pw2","b":true}`, with("pw")...), 200,
		user("newer@example.com", unverified, "$argon$pw2", `"b":true,`, "1772354220250", "1772354220250"), "check update set-password follow")
	step("mail again", f.do("POST", "/verify?email=newer@example.com", "", with("pw2")...), 200,
		user("newer@example.com", `"verified":false,"verificationToken":"token-2"`, "$argon$pw2", `"b":true,`, "1772354220250", "1772354280250"), "check start-verification follow")
	step("reset", f.do("POST", "/verify/reset?email=newer@example.com", "", with("pw2")...), 200,
		user("newer@example.com", unverified, "$argon$pw2", `"b":true,`, "1772354220250", "1772354340250"), "check reset-verification follow")
	step("delete", f.do("DELETE", "/users?email=newer@example.com", "", with("pw2")...), 200,
		user("newer@example.com", unverified, "$argon$pw2", `"b":true,`, "1772354220250", "1772354340250"), "check delete follow")
	step("get afterwards", f.do("GET", "/users?email=newer@example.com", "", with("pw2")...), 404, "User not found in the database. (User: newer@example.com)", "check")
}

func TestTheLinkOfTheMail(t *testing.T) {
	f := setup(t)
	f.do("POST", "/verify?email="+ada, "")
	for _, form := range []string{"html", "HTML"} {
		a := f.send(context.Background(), "GET", "/verify?email="+ada+"&token=token-1&response_type="+form, "")
		if a.Code != 303 || a.Header().Get("Location") != "/verify/success" || a.text != "" {
			t.Errorf("%d %v %s", a.Code, a.Header(), a.text)
		}
	}
	for _, form := range []string{"json", "", "xml"} {
		if a := f.send(context.Background(), "GET", "/verify?email="+ada+"&token=token-1&response_type="+form, ""); a.Code != 200 || !strings.HasPrefix(a.text, `{"email":`) {
			t.Errorf("%s: %d %s", form, a.Code, a.text)
		}
	}
	a := f.send(context.Background(), "GET", "/verify/success", "")
	if a.Code != 200 || a.Header().Get("Content-Type") != "text/html" || !strings.Contains(a.text, "<strong>Success!</strong> Your account has been verified.") ||
		!strings.Contains(a.Header().Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%d %v %s", a.Code, a.Header(), a.text)
	}
}

// TestBodies has what Thunder's JSON parser makes of a body. user is the created user; empty for 400.
func TestBodies(t *testing.T) {
	const start, end = `{"email":{"address":"new@example.com","verified":false,"verificationToken":null},"password":"`, `"creationTime":` + made + `,"lastUpdateTime":` + made + `}`
	for _, test := range []struct{ body, user string }{
		{`{"email":{"address":"new@example.com"},"password":12345}`, start + `$argon$12345",` + end},
		{`{"email":{"address":"new@example.com"},"password":1.50}`, start + `$argon$1.50",` + end},
		{`{"email":{"address":"new@example.com"},"password":true}`, start + `$argon$true",` + end},
		{`{"email":{"address":"new@example.com","verified":1,"verificationToken":7,"more":{}},"password":"x"}`, start + `$argon$x",` + end},
		{`{"email":{"address":"new@example.com"},"password":"x","Password":"y","EMAIL":1}`, start + `$argon$x","Password":"y","EMAIL":1,` + end},
		{`{"email":{"address":"new@example.com"},"password":"x","properties":null,"a":1}`, start + `$argon$x","a":1,` + end},
		{`{"a":1,"email":{"address":"new@example.com"},"password":"x","properties":{"a":2,"b":{"c":3}},"d":4}`, start + `$argon$x","a":1,"b":{"c":3},"d":4,` + end},
		{`{"email":{"address":"new@example.com"},"password":"x","":"","\u0041":"\u00e9"}`, start + `$argon$x","":"","A":"\u00e9",` + end},
		{`"text"`, ""}, {`5`, ""}, {`[]`, ""}, {`{} {}`, ""}, {`{"a":}`, ""},
		{`{"email":"new@example.com","password":"x"}`, ""},
		{`{"email":"","password":"x"}`, ""},
		{`{"email":["new@example.com"],"password":"x"}`, ""},
		{`{"email":{"address":{}},"password":"x"}`, ""},
		{`{"email":{"address":"new@example.com","verified":[]},"password":"x"}`, ""},
		{`{"email":{"address":"new@example.com","verificationToken":{}},"password":"x"}`, ""},
		{`{"email":{"address":"new@example.com"},"password":["x"]}`, ""},
		{`{"email":{"address":"new@example.com"},"password":"x","properties":5}`, ""},
		{`{"email":{"address":"new@example.com"},"password":"x","properties":[]}`, ""},
		{`{"email":{"address":"new@example.com"},"password":"x","password":"y"}`, ""},
		{`{"email":{"address":"new@example.com"},"password":"x","a":{"b":1,"b":2}}`, ""},
		{`{"email":{"address":"new@example.com"},"password":"x","a":"\u0000"}`, ""},
		{`{"email":{"address":"new@example.com"},"password":"x","a":"` + "\xff" + `"}`, ""},
	} {
		f := setup(t)
		a := f.do("POST", "/users", test.body)
		if test.user == "" {
			f.want(test.body, a, 400, `{"code":400,"message":"Unable to process JSON"}`)
		} else {
			f.want(test.body, a, 201, test.user)
		}
	}
	for _, inner := range []string{"email", "password", "properties", "creationTime", "lastUpdateTime"} {
		f := setup(t)
		a := f.do("POST", "/users", `{"email":{"address":"new@example.com"},"password":"x","properties":{"`+inner+`":1}}`)
		f.want(inner, a, 400, "Cannot post a user with invalid properties. (User: new@example.com)")
	}
}

// TestABodyFullOfProperties has nearly as many properties as fit into a body. If all were copied for each, that would be
// 200 GB; if each were compared with all others, the test would take minutes.
func TestABodyFullOfProperties(t *testing.T) {
	f := setup(t)
	const half = 50_000
	top, inner := []string{`"email":{"address":"new@example.com"}`, `"password":"x"`}, []string(nil)
	for n := range half {
		top = append(top, fmt.Sprintf(`"%d":1`, n))
		inner = append(inner, fmt.Sprintf(`"%d":2`, half+n-1)) // the first one is at the top level, too
	}
	body := `{` + strings.Join(top, ",") + `,"properties":{` + strings.Join(inner, ",") + `}}`
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a := f.do("POST", "/users", body)
	runtime.ReadMemStats(&after)
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 1<<30 {
		t.Errorf("%d bytes were allocated", allocated)
	}
	if got := strings.Count(a.text, `":1`) + strings.Count(a.text, `":2`); a.Code != 201 || got != 2*half-1+2 { // and the two times
		t.Errorf("%d with %d properties: %.200s", a.Code, got, a.text)
	}
}

func TestPropertiesWithNamesOfOtherMembersAreNotShown(t *testing.T) {
	f := setup(t)
	f.Add("old@example.com", password, `{"email":"x","password":"y","creationTime":1,"lastUpdateTime":2,"properties":{},"role":"r"}`)
	a := f.do("GET", "/users?email=old@example.com", "")
	f.want("get", a, 200, `{"email":{"address":"old@example.com","verified":false,"verificationToken":null},"password":"$argon$12345","role":"r","creationTime":`+made+`,"lastUpdateTime":`+made+`}`)
}

func TestAnAccountWithoutAPassword(t *testing.T) {
	f := setup(t, func(r *thunder.Rules) { r.HeaderCheck = false })
	f.WithoutPassword(f.ada)
	f.want("get", f.do("GET", "/users?email="+ada, ""), 200, strings.Replace(adaJSON, `"$argon$12345"`, "null", 1))
}

func TestTheHeaderCheckMayBeOff(t *testing.T) {
	f := setup(t, func(r *thunder.Rules) { r.HeaderCheck = false })
	for _, header := range []string{"", "wrong"} {
		f.want("get", f.do("GET", "/users?email="+ada, "", "Password", header), 200, adaJSON)
		if a := f.do("PUT", "/users", `{"email":{"address":"`+ada+`"},"password":"new"}`, "Password", header); a.Code != 200 {
			t.Errorf("%d %s", a.Code, a.text)
		}
		f.do("PUT", "/users", `{"email":{"address":"`+ada+`"},"password":"12345","plan":"gold"}`)
	}
}

func TestAlgorithmAndCommonMistakesAreSettings(t *testing.T) {
	f := setup(t, func(r *thunder.Rules) { r.Algorithm, r.CommonMistakes = thunder.Simple, true })
	f.do("POST", "/users", `{"email":{"address":"new@example.com"},"password":"pw"}`)
	if a := f.do("GET", "/users?email=new@example.com", "", "Password", "PW"); a.Code != 200 || !strings.Contains(a.text, `"password":"$simple$pw"`) {
		t.Errorf("%d %s", a.Code, a.text)
	}
	f = setup(t)
	f.do("POST", "/users", `{"email":{"address":"new@example.com"},"password":"pw"}`)
	if a := f.do("GET", "/users?email=new@example.com", "", "Password", "PW"); a.Code != 401 {
		t.Errorf("%d %s", a.Code, a.text)
	}
}

func TestPasswordHeadersAreUTF8OrLatin1(t *testing.T) {
	f := setup(t)
	f.do("POST", "/users", `{"email":{"address":"new@example.com"},"password":"pässword"}`)
	for _, header := range []string{"pässword", "p\xe4ssword"} {
		if a := f.do("GET", "/users?email=new@example.com", "", "Password", header); a.Code != 200 {
			t.Errorf("%q: %d %s", header, a.Code, a.text)
		}
	}
}

func TestAnImportedUserArrivesBeforeDirectoryIsAsked(t *testing.T) {
	f := setup(t)
	f.Import(f.ada)
	f.want("get", f.do("GET", "/users?email="+ada, ""), 200, adaJSON)
	if calls := f.Calls(); calls != "check follow user" {
		t.Error(calls)
	}
}
