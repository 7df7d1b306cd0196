package openapi

import "muster/libs/web"

// accesses are the words for who may call a route.
var accesses = map[web.Access]struct{ name, text string }{
	web.Public:   {"public", "Everybody."},
	web.Optional: {"optional", "Everybody. With an access token the answer may hold more."},
	web.User:     {"user", "Signed-in users."},
	web.Admin:    {"admin", "Administrators."},
}

const (
	bearer = "accessToken"
	csrf   = "csrfToken"
)

var securitySchemes = map[string]SecurityScheme{
	bearer: {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "The access token of a signed-in answer."},
	csrf: {Type: "apiKey", In: "header", Name: web.HeaderCSRF,
		Description: "The CSRF token of the same session, which a request that writes needs beside the access token."},
}

// securityOf returns the alternative credentials of a route.
func securityOf(r web.Route) []map[string][]string {
	none, token := map[string][]string{}, map[string][]string{bearer: {}}
	switch {
	case r.Access == web.Public:
		return []map[string][]string{}
	case r.Access == web.Optional:
		return []map[string][]string{none, token}
	case r.Writes():
		token[csrf] = []string{}
	}
	return []map[string][]string{token}
}
