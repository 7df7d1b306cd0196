package e2e_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// printed are the example requests of the API's documentation, as printed: JSON unencoded, one of them with a space.
var printed = []string{
	`/api/users?page=1&perPage=10&sort=["username","ASC"]&filter={"userTypeCode":"SUBS"}`,
	`/api/users?page=2&perPage=20&filter={"q":"John","isActive":true}`,
	`/api/users?filter={"email":"gmail.com","verifiedAt":"null"}`,
	`/api/users?filter={"verifiedAt":"!null","isActive":true}`,
	`/api/users?filter={"lastLoginAt":"null"}`,
	`/api/users?filter={"lastLoginAt":"!null","userTypeCode":"SUBS"}`,
	`/api/users?filter={"legacyUserId":"null"}`,
	`/api/users?filter={"legacyUserId":"!null","isActive":true}`,
	`/api/users?filter={"typeName":"Subscribed","isActive":true}`,
	`/api/users?filter={"authTypeCode":"GOOG","isActive":true}`,
	`/api/users?filter={"authTypeName":"Google OAuth","isActive":true}`,
	`/api/users?sort=["authTypeName","ASC"]&filter={"isActive":true}`,
	`/api/users/verification-requests?page=1&perPage=10&sort=["createdOn","DESC"]&filter={"requestTypeCode":"RPWR"}`,
	`/api/users/verification-requests?page=1&perPage=20&filter={"q":"john","isActive":true}`,
	`/api/users/verification-requests?filter={"requestTypeName":"Password","username":"smith"}`,
	`/api/users/verification-requests?filter={"userId":42,"attempts":0}`,
	// Single parameters from the documentation.
	`/api/users?sort=["username","ASC"]`, `/api/users?page=1`, `/api/users?perPage=10`,
	`/api/users?filter={"username":"John","isActive":true}`, `/api/users?filter={"q":"John","isActive":true}`,
	`/api/users?filter={"verifiedAt":"null"}`, `/api/users?filter={"lastLoginAt":"!null"}`, `/api/users?filter={"legacyUserId":"!null"}`,
	`/api/users/verification-requests?sort=["createdOn","DESC"]`, `/api/users/verification-requests?filter={"requestTypeCode":"RPWR"}`,
	`/api/users/verification-requests?filter={"q":"reset"}`,
}

// spaced are similar requests that find somebody of the cohort, with other characters that clients leave unencoded.
var spaced = map[string]string{ // keys are the usernames that they find
	`/api/users?filter={"username":"John Doe","isActive":true}`:                      "John Doe",
	`/api/users?filter={ "username" : "john doe", "authTypeName" : "Email" }&page=1`: "John Doe",
	`/api/users?sort=["id", "ASC"]&filter={"q":"smile 😀 face"}`:                      "smile 😀 face",
	`/api/users?filter={"username":"' DROP TABLE"}`:                                  "",
	`/api/users?filter={"username":"'; DROP TABLE users; --"}`:                       "'; DROP TABLE users; --",
	`/api/users?filter={"username":"100% s"}`:                                        "100% sure",
	`/api/users?filter={"username":"<b>&amp;"}&perPage=1000`:                         "<b>&amp;</b>",
	`/api/users?filter={"username":"back\\slash"}`:                                   `back\slash`,
	`/api/users?filter={"username":"quo\"te's"}`:                                     `quo"te's`,
	`/api/users?filter={"username":"Émile"}`:                                         "Émile",
	`/api/users/full?filter={"username":"former chief","typeName":"Administrator"}`:  "former chief",
}

// Each request works as printed, on a bare connection and with Go's own client, which also sends the space unencoded.
// Its answer equals that of the encoded request.
func TestAsPrinted(t *testing.T) {
	lists(t) // creates the cohort, so that there is somebody to find
	// After a chunked body, which other tests send, a connection no longer accepts raw spaces.
	httpClient.CloseIdleConnections()
	c := admin(t)
	httpClient.CloseIdleConnections() // after a chunked body, which other tests send, a connection's bytes pass unchanged
	for _, path := range printed {
		want := c.want(http.StatusOK, "GET", encoded(path), nil)
		for how, a := range map[string]answer{"on a connection": rawGet(t, c, path), "with Go's client": c.do("GET", path, nil)} {
			if a.status != http.StatusOK || a.text != want.text || a.header.Get("Content-Range") != want.header.Get("Content-Range") {
				t.Errorf("%s, %s: %s\nwant %s", path, how, a, want)
			}
		}
	}
	for path, username := range spaced {
		for how, a := range map[string]answer{"on a connection": rawGet(t, c, path), "with Go's client": c.do("GET", path, nil)} {
			found := false
			for _, row := range a.list() {
				found = found || row["username"] == username
			}
			if a.status != http.StatusOK || found != (username != "") {
				t.Errorf("%s, %s: %.300s, want %q in it", path, how, a, username)
			}
		}
	}
	if a := rawGet(t, c, "/api/users /me"); a.status != http.StatusBadRequest {
		t.Errorf("a space in the path: %s", a)
	}
}

// encoded encodes a printed URL. No printed value contains an &.
func encoded(path string) string {
	path, query, _ := strings.Cut(path, "?")
	v := url.Values{}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		v.Set(name, value)
	}
	return path + "?" + v.Encode()
}
