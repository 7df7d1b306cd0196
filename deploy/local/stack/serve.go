package stack

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"sync"
	"time"
)

// watchInterval is how often stack.json is compared with the running processes.
const watchInterval = 250 * time.Millisecond

// serve creates the demo data, then prints where everything is, and keeps stack.json current until ctx is done.
// Printing and stack.json come last because they name demo users.
func (s *stack) serve(ctx context.Context, seed Seeder) {
	s.seed(ctx, seed)
	if ctx.Err() == nil {
		s.republish()
		s.console.Say("%s", s.table())
	}
	var work sync.WaitGroup
	work.Go(func() { s.watch(ctx) })
	<-ctx.Done()
	s.console.Say("stopping")
	work.Wait()
}

// table returns what a user needs to know about a running stack.
func (s *stack) table() string {
	d := s.snapshot()
	subscriber := d.Subscriber.Email + "  " + d.Subscriber.Password
	if !d.Seeded {
		subscriber = "" // the demo data includes that user
	}
	application := ""
	if s.settings.ThunderApplications == demoApplications { // any other is a secret
		application = demoApplications
	}
	text := "\nMuster is running.\n\n"
	for _, row := range [][2]string{
		{"API", d.Gateway}, {"Mails", d.Mail}, {"Stripe (fake)", d.Stripe}, {"PostgreSQL", redacted(d.Postgres)}, {"Kafka", d.Kafka},
		{"Administrator", d.Admin.Email + "  " + d.Admin.Password},
		{"Subscriber", subscriber},
		{"Thunder", application},
		{"Logs", d.Logs},
	} {
		if row[1] != "" {
			text += fmt.Sprintf("  %-15s %s\n", row[0], row[1])
		}
	}
	text += "\nTry:\n\n" + s.curlLines(d)
	if application != "" {
		text += fmt.Sprintf("  curl -s -u %s -H 'password: %s' '%s/users?email=%s'\n", application, d.Admin.Password, d.Gateway, d.Admin.Email)
	}
	return text + "\nCtrl-C stops it; started again, it finds its data.\n"
}

// curlLines are two commands to paste: the public list of plans, and an administrator's list of all users.
func (s *stack) curlLines(d Description) string {
	return fmt.Sprintf("  curl -s %[1]s/api/billing/plans\n"+
		"  curl -sg '%[1]s/api/users/full?sort=[\"subscriptionChargedAmount\",\"DESC\"]&perPage=3' -H \"Authorization: Bearer $(curl -s %[1]s/api/auth/login -H 'Content-Type: application/json' -d '{\"email\":\"%[2]s\",\"password\":\"%[3]s\"}' | sed 's/.*\"accessToken\":\"\\([^\"]*\\).*/\\1/')\"\n",
		d.Gateway, d.Admin.Email, d.Admin.Password)
}

// redacted returns a URL without its password.
func redacted(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return parsed.Redacted()
}

// seed creates the demo data. A stack works without it, so a failure is only reported.
func (s *stack) seed(ctx context.Context, seed Seeder) {
	if !s.settings.Seed || seed == nil {
		return
	}
	description := s.snapshot()
	if description.Mail == "" || description.Stripe == "" {
		s.console.Say("no demo data: it needs the local mail catcher and the Stripe fake")
		return
	}
	err := seed(ctx, description, s.settings.Users, s.console)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		s.warn(fmt.Sprintf("the demo data is not complete: %v; start again to finish it", err))
	default:
		s.mu.Lock()
		s.description.Seeded = true
		s.mu.Unlock()
	}
}

// watch rewrites stack.json when a service has a new process.
func (s *stack) watch(ctx context.Context) {
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	known := s.pids()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if now := s.pids(); !maps.Equal(now, known) {
			known = now
			s.republish()
		}
	}
}

func (s *stack) pids() map[string]int {
	pids := map[string]int{}
	for name, status := range s.control.statuses() {
		pids[name] = status.PID
	}
	return pids
}

func (s *stack) republish() {
	if err := s.publish(); err != nil {
		s.warn(err.Error())
	}
}
