package seed

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// exemption is how long exempt users need not pay.
const exemption = 365 * 24 * time.Hour

// make brings a person into the wished state, from whatever state an earlier run reached. The zero user does not exist
// yet.
func (s *seeder) make(ctx context.Context, p person, now user) error {
	if p.done(now) {
		return nil
	}
	if !now.exists() {
		if err := s.register(ctx, p); err != nil {
			return fmt.Errorf("register: %w", err)
		}
		if p.provider != "" { // it may have verified the address
			var err error
			if now, err = s.fetch(ctx, p.email); err != nil {
				return err
			}
		}
	}
	if p.verified && now.VerifiedAt == nil {
		if err := s.verify(ctx, p); err != nil {
			return fmt.Errorf("verify the email: %w", err)
		}
	}
	if p.plan != "" {
		if err := s.subscribe(ctx, p, now); err != nil {
			return err
		}
	}
	return s.administer(ctx, p, now)
}

func (u user) exists() bool { return u.ID != 0 }

// done reports whether everything in the wish has happened once.
func (p person) done(now user) bool {
	return now.exists() &&
		(!p.verified || now.VerifiedAt != nil) &&
		(p.plan == "" || now.status() != "" && p.ended(now)) &&
		(!p.exempt || now.ExemptionStartsAt != nil) &&
		(!p.deactivated || !now.IsActive)
}

// ended reports whether the subscription has ended as wished.
func (p person) ended(now user) bool {
	switch p.ending {
	case endsNow:
		return now.status() == "canceled"
	case endsLater:
		return now.status() == "canceled" || now.CancelAtPeriodEnd != nil && *now.CancelAtPeriodEnd
	case failsToPay:
		return now.status() != "active" && now.status() != "trialing"
	default:
		return true
	}
}

func (s *seeder) register(ctx context.Context, p person) error {
	if p.provider != "" {
		return s.registerWith(ctx, p)
	}
	return s.api.do(ctx, call{method: http.MethodPost, path: "/api/auth/register", body: fields{
		"email": p.email, "password": p.password, "firstName": p.firstName, "lastName": p.lastName,
	}}, nil)
}

// registerWith registers with what the provider's button gives a frontend: an ID token, or a code.
func (s *seeder) registerWith(ctx context.Context, p person) error {
	var given struct{ IDToken, Code string }
	query := url.Values{"person": {p.email}, "redirectUri": {s.target.PublicURL}}
	if err := s.providers.do(ctx, call{method: http.MethodGet, path: "/" + p.provider + "/button?" + query.Encode()}, &given); err != nil {
		return err
	}
	evidence := fields{"idToken": given.IDToken}
	if given.Code != "" {
		evidence = fields{"code": given.Code, "redirectUri": s.target.PublicURL}
	}
	evidence["email"] = p.email // X gives no address that it has not confirmed
	return s.api.do(ctx, call{method: http.MethodPost, path: "/api/auth/" + p.provider + "/register", body: evidence}, nil)
}

// subscribe buys the plan, and ends the subscription as wished.
func (s *seeder) subscribe(ctx context.Context, p person, now user) error {
	me, err := signIn(ctx, s.api, Credentials{p.email, p.password})
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	if now.status() == "" {
		if now, err = s.buy(ctx, p, me); err != nil {
			return fmt.Errorf("buy %s: %w", p.plan, err)
		}
	}
	if p.ended(now) {
		return nil
	}
	switch p.ending {
	case endsNow:
		return s.cancel(ctx, me, p, "now")
	case endsLater:
		return s.cancel(ctx, me, p, "period_end")
	default:
		return s.failToPay(ctx, p, now)
	}
}

// checkouts is the maximum number of checkouts per person. The fake may lose one when it is killed.
const checkouts = 3

// buy completes a checkout and its payment.
func (s *seeder) buy(ctx context.Context, p person, me *session) (user, error) {
	for attempt := 1; ; attempt++ {
		err := s.pay(ctx, p, me, fmt.Sprintf("seed-checkout-%s-%d", p.email, attempt))
		if err == nil {
			break
		}
		if !refused(err, http.StatusNotFound) || attempt == checkouts {
			return user{}, err
		}
	}
	return s.await(ctx, p.email, "the subscription", func(u user) bool {
		return u.status() == "active" || u.status() == "trialing"
	})
}

// pay starts a checkout and pays on its page. The key returns the same checkout after an interruption before the
// payment, because an open checkout holds its promotion. The fake's address may have changed in the meantime.
func (s *seeder) pay(ctx context.Context, p person, me *session, key string) error {
	order := fields{
		"planId":     s.catalog.plans[p.plan],
		"successUrl": s.target.PublicURL + "/subscription/done",
		"cancelUrl":  s.target.PublicURL + "/subscription",
	}
	if p.promotion != "" {
		order["promotionCode"] = p.promotion
	}
	var checkout struct{ URL string }
	if err := me.post(ctx, "/api/billing/checkout-sessions", key, order, &checkout); err != nil {
		return err
	}
	page, err := url.Parse(checkout.URL)
	if err != nil {
		return err
	}
	return s.stripe.do(ctx, call{method: http.MethodPost, path: page.RequestURI(), body: url.Values{"outcome": {"pay"}}}, nil)
}

func (s *seeder) cancel(ctx context.Context, me *session, p person, mode string) error {
	err := me.post(ctx, "/api/billing/subscription/cancel", "", fields{"mode": mode}, nil)
	if err != nil {
		return fmt.Errorf("cancel: %w", err)
	}
	_, err = s.await(ctx, p.email, "the cancellation", p.ended)
	return err
}

// failToPay ends the trial with a card that is declined on every attempt.
func (s *seeder) failToPay(ctx context.Context, p person, now user) error {
	if now.CustomerID == nil || now.SubscriptionID == nil {
		return fmt.Errorf("the subscription of user %d has no ids of Stripe's", now.ID)
	}
	err := s.stripe.do(ctx, call{method: http.MethodPost, path: "/_fake/fail-next-payment", body: fields{"customer": *now.CustomerID, "times": 100}}, nil)
	if err != nil {
		return fmt.Errorf("have the payment fail: %w", err)
	}
	err = s.stripe.do(ctx, call{
		method: http.MethodPost, path: "/v1/subscriptions/" + *now.SubscriptionID,
		headers: map[string]string{"Authorization": "Bearer " + s.target.StripeKey},
		body:    url.Values{"trial_end": {"now"}},
	}, nil)
	if err != nil {
		return fmt.Errorf("end the trial: %w", err)
	}
	_, err = s.await(ctx, p.email, "the failed payment", p.ended)
	return err
}

// administer applies changes that only an administrator can make.
func (s *seeder) administer(ctx context.Context, p person, now user) error {
	change := fields{}
	if p.exempt && now.ExemptionStartsAt == nil {
		begin := time.Now().UTC().Truncate(time.Second)
		change["subscriptionExemptionStartsAt"], change["subscriptionExemptionEndsAt"] = begin, begin.Add(exemption)
	}
	if p.deactivated {
		change["isActive"] = false
	}
	if len(change) == 0 {
		return nil
	}
	if !now.exists() {
		var err error
		if now, err = s.await(ctx, p.email, "the new user", user.exists); err != nil {
			return err
		}
	}
	err := s.admin.do(ctx, call{method: http.MethodPut, path: fmt.Sprintf("/api/users/%d", now.ID), body: change}, "", nil)
	if err != nil {
		return fmt.Errorf("change as an administrator: %w", err)
	}
	return nil
}
