package providerfake

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// oauth is a provider of OAuth 2.0 with an API of its own for profiles.
type oauth struct {
	name                     string
	authorize, token, me     string // paths
	profile                  func(Person) any
	secretInHeader, withPKCE bool
}

var facebook = oauth{
	name: "facebook", authorize: "/v19.0/dialog/oauth", token: "/v19.0/oauth/access_token", me: "/v19.0/me",
	profile: func(p Person) any {
		profile := map[string]string{"id": p.ID, "first_name": p.FirstName, "last_name": p.LastName}
		if p.Email != "" {
			profile["email"] = p.Email
		}
		return profile
	},
}

var x = oauth{
	name: "x", authorize: "/i/oauth2/authorize", token: "/2/oauth2/token", me: "/2/users/me", secretInHeader: true, withPKCE: true,
	profile: func(p Person) any {
		data := map[string]string{"id": p.ID, "name": strings.TrimSpace(p.FirstName + " " + p.LastName), "username": p.ID}
		if p.EmailVerified {
			data["confirmed_email"] = p.Email
		}
		return map[string]any{"data": data}
	},
}

// grant is what a code or an access token stands for.
type grant struct {
	person                 Person
	redirectURI, challenge string
}

// grants keeps codes and access tokens.
type grants struct {
	mu sync.Mutex
	of map[string]grant
}

func (g *grants) add(of grant) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	name := rand.Text()
	g.of[name] = of
	return name
}

func (g *grants) take(name string, keep bool) (grant, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	of, ok := g.of[name]
	if !keep {
		delete(g.of, name)
	}
	return of, ok
}

// mountOAuth serves a provider under its name.
func mountOAuth(mux *http.ServeMux, p oauth) {
	held := &grants{of: map[string]grant{}}
	mux.HandleFunc("/"+p.name+p.authorize, func(w http.ResponseWriter, r *http.Request) { p.choose(w, r, held) })
	mux.HandleFunc("POST /"+p.name+p.token, func(w http.ResponseWriter, r *http.Request) { p.exchange(w, r, held) })
	mux.HandleFunc("GET /"+p.name+p.me, func(w http.ResponseWriter, r *http.Request) {
		of, ok := held.take(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), true)
		if !ok {
			answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
			return
		}
		answer(w, http.StatusOK, p.profile(of.person))
	})
	mux.HandleFunc("GET /"+p.name+"/button", func(w http.ResponseWriter, r *http.Request) {
		person, ok := find(r.FormValue("person"))
		if !ok || r.FormValue("redirectUri") == "" {
			refuse(w, "person must be one of the people, or an address; redirectUri is required")
			return
		}
		answer(w, http.StatusOK, map[string]string{"code": held.add(grant{person, r.FormValue("redirectUri"), r.FormValue("codeChallenge")})})
	})
}

// choose shows the people, and sends the browser back as the chosen one.
func (p oauth) choose(w http.ResponseWriter, r *http.Request, held *grants) {
	redirect := r.FormValue("redirect_uri")
	data := pageData{Provider: titles[p.name], Action: "/" + p.name + p.authorize, People: People, Fields: map[string]string{
		"redirect_uri": redirect, "state": r.FormValue("state"), "code_challenge": r.FormValue("code_challenge"), "client_id": r.FormValue("client_id"),
	}}
	u, err := url.Parse(redirect)
	local := err == nil && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost")
	switch {
	case r.FormValue("client_id") != ClientID || !local || p.withPKCE && r.FormValue("code_challenge") == "":
		data.Error = "The address that led here is wrong: its client_id, redirect_uri or code_challenge."
		show(w, http.StatusBadRequest, data)
		return
	case r.Method != http.MethodPost:
		show(w, http.StatusOK, data)
		return
	}
	q := u.Query()
	q.Set("state", r.FormValue("state"))
	person, ok := find(strings.TrimSpace(r.FormValue("person")))
	if ok {
		q.Set("code", held.add(grant{person, redirect, r.FormValue("code_challenge")}))
	} else {
		q.Set("error", "access_denied")
	}
	u.RawQuery = q.Encode()
	http.Redirect(w, r, u.String(), http.StatusSeeOther)
}

func (p oauth) exchange(w http.ResponseWriter, r *http.Request, held *grants) {
	id, secret := r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	if p.secretInHeader {
		id, secret, _ = r.BasicAuth()
	}
	if id != ClientID || secret != ClientSecret {
		answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
		return
	}
	of, ok := held.take(r.PostFormValue("code"), false)
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	proven := of.challenge == "" || of.challenge == base64.RawURLEncoding.EncodeToString(sum[:])
	if !ok || !proven || of.redirectURI != r.PostFormValue("redirect_uri") {
		answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	answer(w, http.StatusOK, map[string]any{"access_token": held.add(grant{person: of.person}), "token_type": "bearer", "expires_in": 3600})
}
