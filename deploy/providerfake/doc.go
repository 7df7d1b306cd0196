// Package providerfake stands in for the sign-in providers: Google, Apple, LinkedIn, Facebook and X, each under a path of its
// own name. It serves a page on which a person is chosen instead of signing in, and everything that identity asks a
// provider for. OpenID Connect is zitadel/oidc's, a certified implementation; Facebook and X are OAuth 2.0 with their own
// profiles. The state is in memory.
//
// A person is one of [People], or anybody with an address: the page and the button take any, and an address that begins with
// "unverified" is not verified.
//
// GET /{provider}/button stands in for the provider's button in a frontend: it answers what the button gives the page, with
// the parameters person and nonce an ID token, or, from Facebook and X, with person, redirectUri and codeChallenge a code.
package providerfake

// The client that is registered with every provider. Apple's secret is a token that is signed with [Options.AppleKey].
const (
	ClientID     = "muster"
	ClientSecret = "muster-demo-provider"
	AppleTeamID  = "MUSTERTEAM"
	AppleKeyID   = "MUSTERKEY1"
)

// Person is somebody who has an account of each provider.
type Person struct {
	ID                  string // also the subject
	FirstName, LastName string
	Email               string // empty for a person of whom the providers know no address
	EmailVerified       bool
}

// People are those whom the pages offer.
var People = []Person{
	{"ada", "Ada", "Lovelace", "ada.lovelace@gmail.com", true},
	{"grace", "Grace", "Hopper", "grace.hopper@example.com", true},
	{"alan", "Alan", "Turing", "alan.turing@example.com", false},
	{"katherine", "Katherine", "Johnson", "", false},
}
