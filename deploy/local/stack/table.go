package stack

import (
	"fmt"
	"net/url"
)

// Table returns what a user needs to know about a running stack: addresses, logins, and commands to paste.
func (d Description) Table() string {
	subscriber := d.Subscriber.Email + "  " + d.Subscriber.Password
	if !d.Seeded {
		subscriber = "" // the demo data includes that user
	}
	text := "\nMuster is running.\n\n"
	for _, row := range [][2]string{
		{"API", d.Gateway}, {"Mails", d.Mail}, {"Stripe (fake)", d.Stripe}, {"PostgreSQL", redacted(d.Postgres)}, {"Kafka", d.Kafka},
		{"Administrator", d.Admin.Email + "  " + d.Admin.Password},
		{"Subscriber", subscriber},
		{"Thunder", d.application},
		{"Logs", d.Logs},
	} {
		if row[1] != "" {
			text += fmt.Sprintf("  %-15s %s\n", row[0], row[1])
		}
	}
	return text + "\nTry:\n\n" + d.curlLines()
}

// curlLines are commands to paste: the public list of plans, an administrator's list of all users, and a request of Thunder's.
func (d Description) curlLines() string {
	text := fmt.Sprintf("  curl -s %[1]s/api/billing/plans\n"+
		"  curl -sg '%[1]s/api/users/full?sort=[\"subscriptionChargedAmount\",\"DESC\"]&perPage=3' -H \"Authorization: Bearer $(curl -s %[1]s/api/auth/login -H 'Content-Type: application/json' -d '{\"email\":\"%[2]s\",\"password\":\"%[3]s\"}' | sed 's/.*\"accessToken\":\"\\([^\"]*\\).*/\\1/')\"\n",
		d.Gateway, d.Admin.Email, d.Admin.Password)
	if d.application != "" {
		text += fmt.Sprintf("  curl -s -u %s -H 'password: %s' '%s/users?email=%s'\n", d.application, d.Admin.Password, d.Gateway, d.Admin.Email)
	}
	return text
}

// redacted returns a URL without its password.
func redacted(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return parsed.Redacted()
}
