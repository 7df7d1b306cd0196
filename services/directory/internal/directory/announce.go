package directory

import (
	"context"
	"errors"

	"muster/libs/contracts"
	"muster/libs/contracts/directoryv1"
)

// publish publishes the state of a stored user and the events.
func publish(ctx context.Context, tx Tx, u User, events ...contracts.Payload) error {
	record := u.Record()
	if u.showsRequest() {
		r, err := tx.LockRequest(ctx, u.ID, RequestRegistration)
		if err != nil && !errors.Is(err, ErrNoVerification) {
			return err
		}
		record.RegistrationUntil = r.openUntil()
	}
	return tx.Publish(ctx, append([]contracts.Payload{record}, events...)...)
}

// announce publishes new versions of locked users whose registration requests have changed, and returns those users at
// their new versions. It leaves out users whose record does not depend on it.
func announce(ctx context.Context, tx Tx, users ...User) ([]User, error) {
	var (
		changed []User
		ids     []int64
	)
	for _, u := range users {
		if u.showsRequest() {
			changed, ids = append(changed, u.changed()), append(ids, u.ID)
		}
	}
	if changed == nil {
		return nil, nil
	}
	if err := tx.RaiseVersions(ctx, ids); err != nil {
		return nil, err
	}
	records, err := recordsOf(ctx, tx, changed)
	if err != nil {
		return nil, err
	}
	payloads := make([]contracts.Payload, len(records))
	for i, r := range records {
		payloads[i] = r
	}
	return changed, tx.Publish(ctx, payloads...)
}

// publishAct publishes what an administrator did with the codes of users. changed are those that have new versions by it.
// What other users do with their own codes is not published.
func (s *Service) publishAct(ctx context.Context, tx Tx, by Actor, kind directoryv1.Kind, users, changed []User) error {
	if !by.Admin {
		return nil
	}
	now, current := s.now(), map[int64]User{}
	for _, u := range changed {
		current[u.ID] = u
	}
	var acts []contracts.Payload
	for _, u := range users {
		if c, ok := current[u.ID]; ok {
			u = c
		}
		act := u.event(kind, now)
		act.Actor = by.name()
		acts = append(acts, act)
	}
	return tx.Publish(ctx, acts...)
}

// showsRequest reports whether the user's record says until when the registration request is open.
func (u User) showsRequest() bool { return u.VerifiedAt == nil && !u.Deleted }

// recordsOf returns the records of locked users.
func recordsOf(ctx context.Context, tx Tx, users []User) ([]directoryv1.User, error) {
	var ids []int64
	for _, u := range users {
		if u.showsRequest() {
			ids = append(ids, u.ID)
		}
	}
	open := map[int64]VerificationRequest{}
	if ids != nil {
		requests, err := tx.LockRequests(ctx, ids)
		if err != nil {
			return nil, err
		}
		for _, r := range requests {
			if r.TypeCode == RequestRegistration {
				open[r.UserID] = r
			}
		}
	}
	records := make([]directoryv1.User, len(users))
	for i, u := range users {
		records[i] = u.Record()
		records[i].RegistrationUntil = open[u.ID].openUntil()
	}
	return records, nil
}
