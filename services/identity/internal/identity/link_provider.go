package identity

import (
	"context"
	"fmt"
)

// ProviderConfigured reports whether the provider can be used.
func (s *Service) ProviderConfigured(p Provider) bool { return s.providers.Configured(p) }

// LinkProvider links an account of a provider to a signed-in user.
//
// Errors: ErrStepUpRequired; those of [Providers.Identify]; ErrProviderLinked; limits.ErrUsedUp when the client's network tries too often.
func (s *Service) LinkProvider(ctx context.Context, own SessionOf, p Provider, e Evidence, client Client) error {
	return s.refused(ctx, AuditEntry{Action: ActLinkProvider, TargetID: own.UserID}, s.attemptLink(ctx, own, p, e, client))
}

func (s *Service) attemptLink(ctx context.Context, own SessionOf, p Provider, e Evidence, client Client) error {
	if err := s.requireFresh(ctx, own); err != nil {
		return fmt.Errorf("link a provider: %w", err)
	}
	who, err := s.identify(ctx, p, e, client)
	if err != nil {
		return err
	}
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := lockLiving(ctx, tx, own.UserID); err != nil {
			return err
		}
		if err := s.link(ctx, tx, who, own.UserID); err != nil {
			return err
		}
		return s.done(ctx, AuditEntry{Action: ActLinkProvider, TargetID: own.UserID})
	})
	if err != nil {
		return fmt.Errorf("link a provider: %w", err)
	}
	return nil
}

// LinkedProviders lists the links of a user, by provider.
func (s *Service) LinkedProviders(ctx context.Context, userID int64) (links []Link, err error) {
	err = s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		links, err = tx.Links(ctx, userID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list linked providers: %w", err)
	}
	return links, nil
}

// UnlinkProvider deletes a user's link to a provider.
//
// Errors: ErrLinkNotFound; ErrLastWayIn when the user has no password and no other link.
func (s *Service) UnlinkProvider(ctx context.Context, userID int64, p Provider) error {
	err := s.store.Tx(ctx, func(ctx context.Context, tx Tx) error {
		a, err := lockLiving(ctx, tx, userID)
		if err != nil {
			return err
		}
		links, err := tx.Links(ctx, userID)
		if err != nil {
			return err
		}
		if err := tx.DeleteLink(ctx, userID, p); err != nil {
			return err
		}
		if a.PasswordHash == "" && len(links) == 1 {
			return ErrLastWayIn
		}
		return s.done(ctx, AuditEntry{Action: ActUnlinkProvider, TargetID: userID})
	})
	if err != nil {
		return s.refused(ctx, AuditEntry{Action: ActUnlinkProvider, TargetID: userID}, fmt.Errorf("unlink a provider: %w", err))
	}
	return nil
}
