package provider

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"muster/services/identity/internal/identity"
)

// maxProfile is far more than the longest profile, in bytes.
const maxProfile = 64 << 10

// oauth is a provider of OAuth 2.0 with an API of its own for profiles.
type oauth struct {
	provider identity.Provider
	config   oauth2.Config
	http     *http.Client
	// profile is the address of the profile, for the holder of the access token.
	profile func(accessToken string) string
	// read returns who the profile describes.
	read func(profile []byte) (identity.Person, error)
}

// newFacebook returns Facebook Login: https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
func newFacebook(client *http.Client, c Client) *oauth {
	const version = "/v19.0"
	pages, graph := or(c.URL, "https://www.facebook.com"), or(c.APIURL, "https://graph.facebook.com")
	return &oauth{
		provider: identity.Facebook, http: client,
		config: oauth2.Config{
			ClientID: c.IDs[0], ClientSecret: c.Secret, Scopes: []string{"email", "public_profile"},
			Endpoint: oauth2.Endpoint{AuthURL: pages + version + "/dialog/oauth", TokenURL: graph + version + "/oauth/access_token", AuthStyle: oauth2.AuthStyleInParams},
		},
		profile: func(token string) string {
			// The proof shows that the token is used by its own app: https://developers.facebook.com/docs/graph-api/guides/secure-requests
			mac := hmac.New(sha256.New, []byte(c.Secret))
			mac.Write([]byte(token))
			return graph + version + "/me?" + url.Values{
				"fields": {"id,first_name,last_name,email"}, "appsecret_proof": {hex.EncodeToString(mac.Sum(nil))},
			}.Encode()
		},
		read: func(text []byte) (identity.Person, error) {
			var p struct {
				ID        string `json:"id"`
				FirstName string `json:"first_name"`
				LastName  string `json:"last_name"`
				Email     string `json:"email"`
			}
			err := json.Unmarshal(text, &p)
			// Facebook does not say whether it has verified an address.
			return identity.Person{Subject: p.ID, Email: p.Email, FirstName: given(p.FirstName), LastName: given(p.LastName)}, err
		},
	}
}

// newX returns X: https://docs.x.com/resources/fundamentals/authentication/oauth-2-0/authorization-code
func newX(client *http.Client, c Client) *oauth {
	pages, api := or(c.URL, "https://x.com"), or(c.APIURL, "https://api.x.com")
	return &oauth{
		provider: identity.X, http: client,
		config: oauth2.Config{
			ClientID: c.IDs[0], ClientSecret: c.Secret, Scopes: []string{"users.read", "tweet.read", "users.email"},
			Endpoint: oauth2.Endpoint{AuthURL: pages + "/i/oauth2/authorize", TokenURL: api + "/2/oauth2/token", AuthStyle: oauth2.AuthStyleInHeader},
		},
		profile: func(string) string { return api + "/2/users/me?user.fields=confirmed_email" },
		read: func(text []byte) (identity.Person, error) {
			var p struct {
				Data struct {
					ID    string `json:"id"`
					Name  string `json:"name"`
					Email string `json:"confirmed_email"`
				} `json:"data"`
			}
			err := json.Unmarshal(text, &p)
			first, last, _ := strings.Cut(strings.TrimSpace(p.Data.Name), " ")
			return identity.Person{
				Subject: p.Data.ID, Email: p.Data.Email, EmailVerified: p.Data.Email != "", FirstName: given(first), LastName: given(strings.TrimSpace(last)),
			}, err
		},
	}
}

func or(set, otherwise string) string {
	if set != "" {
		return strings.TrimSuffix(set, "/")
	}
	return otherwise
}

func (o *oauth) identify(ctx context.Context, e identity.Evidence) (identity.Person, error) {
	if e.Code == "" {
		return identity.Person{}, errCodeOnly
	}
	config := o.config
	config.RedirectURL = e.RedirectURI
	var options []oauth2.AuthCodeOption
	if e.CodeVerifier != "" {
		options = append(options, oauth2.VerifierOption(e.CodeVerifier))
	}
	ctx = oidc.ClientContext(ctx, o.http)
	token, err := config.Exchange(ctx, e.Code, options...)
	if err != nil {
		return identity.Person{}, exchangeError(o.provider, err)
	}
	text, err := o.fetch(ctx, &config, token)
	if err != nil {
		return identity.Person{}, away(fmt.Errorf("profile at %s: %w", o.provider, err))
	}
	who, err := o.read(text)
	if err != nil {
		return identity.Person{}, away(fmt.Errorf("profile at %s: %w", o.provider, err))
	}
	if who.Subject == "" || len(who.Subject) > 255 {
		return identity.Person{}, invalid(errors.New("the profile has no valid id"))
	}
	who.Provider = o.provider
	return who, nil
}

// fetch reads the profile of the holder of a token.
func (o *oauth) fetch(ctx context.Context, config *oauth2.Config, token *oauth2.Token) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, o.profile(token.AccessToken), nil)
	if err != nil {
		return nil, err
	}
	response, err := config.Client(ctx, token).Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answered %s", response.Status)
	}
	return io.ReadAll(io.LimitReader(response.Body, maxProfile))
}

func (o *oauth) authorizationURL(_ context.Context, f identity.Flow, redirect string) (string, error) {
	config := o.config
	config.RedirectURL = redirect
	return config.AuthCodeURL(f.State, oauth2.S256ChallengeOption(f.CodeVerifier)), nil
}
