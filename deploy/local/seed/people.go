package seed

import (
	"fmt"
	"strings"
)

// domain is the domain of the demo users' addresses. It is reserved for examples (RFC 2606).
const domain = "example.org"

// password is the demo users' password.
const password = "muster-demo-user"

// person is a demo user and the wished state.
type person struct {
	email, password     string
	firstName, lastName string
	wish
}

// wish is the state that a person should reach.
type wish struct {
	verified    bool
	plan        string // a plan's name, "" for no subscription
	promotion   string // a promotion's code, "" for none
	ending      ending
	exempt      bool
	deactivated bool
	provider    string // a sign-in provider, "" for a password; who has one buys nothing
}

// ending is what happens to a subscription.
type ending int

const (
	staysActive ending = iota
	endsNow
	endsLater
	failsToPay
)

// wishes is the mix of states, which people get in turn. The common states come first, so that a few people have them.
var wishes = []wish{
	{verified: true, plan: monthly},
	{verified: true, plan: annual},
	{verified: true, plan: monthly, promotion: twentyPercent},
	{verified: true},
	{verified: true, plan: trial},
	{verified: true, plan: monthly},
	{},
	{verified: true, plan: trial, ending: failsToPay},
	{verified: true, plan: monthly, promotion: fiveOff},
	{verified: true, plan: monthly, ending: endsNow},
	{verified: true, plan: annual},
	{verified: true, plan: monthly, ending: endsLater},
	{verified: true, plan: monthly, promotion: freeMonth},
	{verified: true, exempt: true},
	{verified: true, plan: monthly},
	{verified: true, plan: annual, promotion: twentyPercent},
	{verified: true, deactivated: true},
	{verified: true},
	{verified: true, plan: annual, ending: endsLater},
	{verified: true, plan: trial},
}

// providers are the sign-in providers, the most common one first.
var providers = []string{"google", "facebook", "apple", "google", "linkedin", "google", "x"}

var firstNames = strings.Fields("Ada Ben Chloé Daniel Elena Farid Grace Hiro Ines Jonas Kavya Luca Mara Noah Olga Pablo Qing Rosa Samir Tove Uma Viktor Wanda Xavier Yara Zoe")

var lastNames = strings.Fields("Anders Bauer Costa Dubois Eriksen Fischer García Hansen Ito Jansen Kowalski Lindqvist Moreau Novak O'Neill Petrov Quinn Rossi Schäfer Tanaka Urban Vogel Weber Xu Yılmaz Zimmer")

// people returns the first n demo users, always the same ones.
func people(n int, noApple bool) []person {
	all := make([]person, n)
	for i := range all {
		first := firstNames[i%len(firstNames)]
		last := lastNames[(i*7+i/len(firstNames))%len(lastNames)]
		all[i] = person{
			email:     fmt.Sprintf("demo%03d@%s", i+1, domain),
			password:  password,
			firstName: first, lastName: last,
			wish: wishes[i%len(wishes)],
		}
		if all[i].verified && all[i].plan == "" {
			all[i].provider = providers[i%len(providers)]
			if noApple && all[i].provider == "apple" {
				all[i].provider = "google"
			}
		}
	}
	return all
}

// subscriber returns the demo user to sign in as.
func subscriber(credentials Credentials) person {
	return person{
		email: credentials.Email, password: credentials.Password, firstName: "Sam", lastName: "Subscriber",
		wish: wish{verified: true, plan: monthly},
	}
}
