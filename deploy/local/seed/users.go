package seed

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"muster/libs/usersapi"
)

// user is the relevant part of a user in the API.
type user struct {
	ID                 int64      `json:"id"`
	Email              string     `json:"email"`
	IsActive           bool       `json:"isActive"`
	VerifiedAt         *time.Time `json:"verifiedAt"`
	ExemptionStartsAt  *time.Time `json:"subscriptionExemptionStartsAt"`
	CustomerID         *string    `json:"stripeCustomerId"`
	SubscriptionID     *string    `json:"stripeSubscriptionId"`
	SubscriptionStatus *string    `json:"subscriptionStatus"`
	CancelAtPeriodEnd  *bool      `json:"cancelAtPeriodEnd"`
}

func (u user) status() string {
	if u.SubscriptionStatus == nil {
		return ""
	}
	return *u.SubscriptionStatus
}

// pageLength is the API's maximum page length.
const pageLength = 1000

// knownUsers returns the existing users by the keys of their email addresses.
func (s *seeder) knownUsers(ctx context.Context) (map[string]user, error) {
	known := map[string]user{}
	for page := 1; ; page++ {
		var list struct {
			Data  []user
			Total int
		}
		if err := s.admin.get(ctx, fmt.Sprintf("/api/users/full?page=%d&perPage=%d", page, pageLength), &list); err != nil {
			return nil, fmt.Errorf("list the users: %w", err)
		}
		for _, u := range list.Data {
			known[usersapi.EmailKey(u.Email)] = u
		}
		if len(list.Data) < pageLength {
			return known, nil
		}
	}
}

// fetch returns a user's current state.
func (s *seeder) fetch(ctx context.Context, email string) (user, error) {
	filter, err := json.Marshal(map[string]string{"email": email})
	if err != nil {
		return user{}, err
	}
	var list struct{ Data []user }
	if err := s.admin.get(ctx, "/api/users/full?perPage=1000&filter="+url.QueryEscape(string(filter)), &list); err != nil {
		return user{}, err
	}
	for _, u := range list.Data {
		if usersapi.SameEmail(u.Email, email) {
			return u, nil
		}
	}
	return user{}, fmt.Errorf("there is no user %s", email)
}

// await polls a user until the condition holds.
func (s *seeder) await(ctx context.Context, email, what string, condition func(user) bool) (user, error) {
	var now user
	err := poll(ctx, what, func() (bool, error) {
		var err error
		now, err = s.fetch(ctx, email)
		return err == nil && condition(now), err
	})
	return now, err
}

// Limits of polling for asynchronous effects.
const (
	pollInterval = 100 * time.Millisecond
	pollTimeout  = 30 * time.Second
)

// poll calls ask until it returns true or an error, or the time is up.
func poll(ctx context.Context, what string, ask func() (bool, error)) error {
	timeout := time.After(pollTimeout)
	for {
		if happened, err := ask(); happened || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-timeout:
			return fmt.Errorf("timed out after %v waiting for %s", pollTimeout, what)
		case <-time.After(pollInterval):
		}
	}
}
