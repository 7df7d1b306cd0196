package seed

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"muster/libs/usersapi"
)

// concurrency is how many users are created at a time.
const concurrency = 4

// attempts is how often a user is attempted, with pause in between: services may be restarting.
const (
	attempts = 3
	pause    = 2 * time.Second
)

// tolerance is the number of failed users after which the remaining ones are not attempted.
const tolerance = 5

// Credentials are a user's email and password.
type Credentials struct{ Email, Password string }

// Target is the stack to fill.
type Target struct {
	Gateway   string // the API's address
	Mail      string // the mail catcher's
	Stripe    string // the Stripe fake's
	Providers string // the stand-in for sign-in providers
	NoApple   bool   // identity knows no Apple, so its users sign in with Google
	StripeKey string // a secret key that the fake accepts
	PublicURL string // the frontend, to which payments return

	Admin      Credentials // an existing administrator
	Subscriber Credentials // the first user to be created
}

// Run creates the demo data with the given number of users in addition to the subscriber, and reports to progress how
// many are done. It can be interrupted at any point and run again.
func Run(ctx context.Context, target Target, users int, progress func(done, of int)) error {
	s := &seeder{target: target, api: newClient(target.Gateway), mail: newClient(target.Mail), stripe: newClient(target.Stripe),
		providers: newClient(target.Providers)}
	var err error
	if s.admin, err = signIn(ctx, s.api, target.Admin); err != nil {
		return fmt.Errorf("sign in as %s: %w", target.Admin.Email, err)
	}
	if s.catalog, err = s.makeCatalog(ctx); err != nil {
		return err
	}
	known, err := s.knownUsers(ctx)
	if err != nil {
		return err
	}
	first := subscriber(target.Subscriber)
	if err := s.insist(ctx, first, known[usersapi.EmailKey(first.email)]); err != nil {
		return fmt.Errorf("make %s: %w", first.email, err)
	}
	return s.makeAll(ctx, people(users, target.NoApple), known, progress)
}

// seeder is one run.
type seeder struct {
	target            Target
	api, mail, stripe *client
	providers         *client
	admin             *session
	catalog           catalog
}

// makeAll creates or completes the people, a few at a time. One failure does not stop the others.
func (s *seeder) makeAll(ctx context.Context, all []person, known map[string]user, progress func(done, of int)) error {
	ctx, giveUp := context.WithCancel(ctx)
	defer giveUp()
	var mu sync.Mutex
	var failures []error
	done := 0
	var group errgroup.Group
	group.SetLimit(concurrency)
	for _, p := range all {
		group.Go(func() error {
			err := s.insist(ctx, p, known[usersapi.EmailKey(p.email)])
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
				progress(done, len(all))
			} else if failures = append(failures, fmt.Errorf("make %s: %w", p.email, err)); len(failures) >= tolerance {
				giveUp()
			}
			return nil
		})
	}
	_ = group.Wait()
	return errors.Join(failures[:min(len(failures), tolerance)]...)
}

// insist creates a person, and after a failure retries from the state that was reached.
func (s *seeder) insist(ctx context.Context, p person, now user) error {
	for attempt := 1; ; attempt++ {
		err := s.make(ctx, p, now)
		if err == nil || attempt == attempts || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
		if found, missing := s.fetch(ctx, p.email); missing == nil {
			now = found
		}
	}
}
