package providerfake

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// titles are the providers' names on the pages.
var titles = map[string]string{"google": "Google", "apple": "Apple", "linkedin": "LinkedIn", "facebook": "Facebook", "x": "X"}

// openID is a provider of OpenID Connect.
type openID struct {
	*storage.Storage
	name   string
	issuer string
	now    func() time.Time
	secret func(secret string) error
}

// mountOpenID serves a provider under its name.
func mountOpenID(mux *http.ServeMux, o Options, name string) error {
	web := storage.WebClient(ClientID, ClientSecret, o.URL)
	s := &openID{
		Storage: storage.NewStorageWithClients(users{}, map[string]*storage.Client{ClientID: web}),
		name:    name, issuer: o.URL + "/" + name, now: o.Now,
		secret: func(secret string) error {
			if secret != ClientSecret {
				return errors.New("wrong client secret")
			}
			return nil
		},
	}
	if name == "apple" {
		s.secret = func(secret string) error { return checkAppleSecret(secret, o) }
	}
	var key [32]byte
	_, _ = rand.Read(key[:]) // never fails (crypto/rand)
	provider, err := op.NewProvider(&op.Config{CryptoKey: key, CodeMethodS256: true, AuthMethodPost: true}, s, op.StaticIssuer(s.issuer), op.WithAllowInsecure())
	if err != nil {
		return fmt.Errorf("provider %s: %w", name, err)
	}
	back := op.AuthCallbackURL(provider)
	login := op.NewIssuerInterceptor(provider.IssuerFromRequest).HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.login(w, r, back) })
	mux.Handle("/"+name+"/", http.StripPrefix("/"+name, provider))
	mux.Handle("/"+name+"/login", login)
	mux.HandleFunc("GET /"+name+"/button", s.button)
	return nil
}

// login shows the people, and sends the browser on as the chosen one.
func (s *openID) login(w http.ResponseWriter, r *http.Request, back func(context.Context, string) string) {
	id := r.FormValue("authRequestID")
	data := pageData{Provider: titles[s.name], Action: "/" + s.name + "/login", Fields: map[string]string{"authRequestID": id}, People: People}
	if r.Method != http.MethodPost {
		show(w, http.StatusOK, data)
		return
	}
	person := strings.TrimSpace(r.FormValue("person"))
	if person == "" {
		s.cancel(w, r, id)
		return
	}
	if err := s.CheckUsernamePassword(person, "", id); err != nil {
		data.Error = "This sign-in is not open any more, or nobody has that address."
		show(w, http.StatusBadRequest, data)
		return
	}
	http.Redirect(w, r, back(r.Context(), id), http.StatusSeeOther)
}

// cancel sends the browser back with the error of somebody who does not consent (RFC 6749, section 4.1.2.1).
func (s *openID) cancel(w http.ResponseWriter, r *http.Request, id string) {
	request, err := s.AuthRequestByID(r.Context(), id)
	if err != nil {
		show(w, http.StatusBadRequest, pageData{Provider: titles[s.name], Error: "This sign-in is not open any more."})
		return
	}
	values := url.Values{"error": {"access_denied"}, "state": {request.GetState()}}
	http.Redirect(w, r, request.GetRedirectURI()+"?"+values.Encode(), http.StatusSeeOther)
}

// button answers an ID token.
func (s *openID) button(w http.ResponseWriter, r *http.Request) {
	p, ok := find(r.FormValue("person"))
	if !ok {
		refuse(w, "person must be one of the people, or an address")
		return
	}
	token, err := s.sign(r.Context(), p, r.FormValue("nonce"))
	if err != nil {
		answer(w, http.StatusInternalServerError, map[string]string{"error": "server_error"})
		return
	}
	answer(w, http.StatusOK, map[string]string{"idToken": token})
}

func (s *openID) sign(ctx context.Context, p Person, nonce string) (string, error) {
	key, err := s.SigningKey(ctx)
	if err != nil {
		return "", err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: key.SignatureAlgorithm(), Key: jose.JSONWebKey{Key: key.Key(), KeyID: key.ID()}}, nil)
	if err != nil {
		return "", err
	}
	now := s.now()
	claims := map[string]any{
		"iss": s.issuer, "aud": ClientID, "sub": p.ID, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "jti": rand.Text(),
		"email_verified": p.EmailVerified,
	}
	for name, value := range map[string]string{"nonce": nonce, "email": p.Email, "given_name": p.FirstName, "family_name": p.LastName} {
		if value != "" {
			claims[name] = value
		}
	}
	text, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(text)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// AuthorizeClientIDSecret implements op.Storage.
func (s *openID) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	if id != ClientID {
		return errors.New("unknown client")
	}
	return s.secret(secret)
}

// GetClientByClientID implements op.Storage.
func (s *openID) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	c, err := s.Storage.GetClientByClientID(ctx, id)
	if err != nil {
		return nil, err
	}
	return client{c, "/" + s.name + "/login?authRequestID="}, nil
}

// client is the storage's client with our page, and any address of this machine to return to.
type client struct {
	op.Client
	login string
}

// LoginURL implements op.Client.
func (c client) LoginURL(id string) string { return c.login + url.QueryEscape(id) }

// IDTokenUserinfoClaimsAssertion implements op.Client: the address is in the ID token, as with the real providers.
func (c client) IDTokenUserinfoClaimsAssertion() bool { return true }

// RedirectURIGlobs implements op.HasRedirectGlobs.
func (c client) RedirectURIGlobs() []string {
	return []string{"http://127.0.0.1:*/**", "http://localhost:*/**"}
}

// PostLogoutRedirectURIGlobs implements op.HasRedirectGlobs.
func (c client) PostLogoutRedirectURIGlobs() []string { return nil }

// checkAppleSecret checks a client secret as Apple documents it.
func checkAppleSecret(secret string, o Options) error {
	token, err := jose.ParseSignedCompact(secret, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return err
	}
	text, err := token.Verify(o.AppleKey)
	if err != nil {
		return err
	}
	var claims struct {
		Issuer   string `json:"iss"`
		Subject  string `json:"sub"`
		Audience string `json:"aud"`
		Expires  int64  `json:"exp"`
	}
	if err := json.Unmarshal(text, &claims); err != nil {
		return err
	}
	if claims.Issuer != AppleTeamID || claims.Subject != ClientID || claims.Audience != "https://appleid.apple.com" ||
		claims.Expires < o.Now().Unix() || token.Signatures[0].Header.KeyID != AppleKeyID {
		return errors.New("the client secret is not ours, or has expired")
	}
	return nil
}
