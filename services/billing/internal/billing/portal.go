package billing

import (
	"context"
	"errors"
	"fmt"

	"muster/libs/errs"
)

// OpenPortal returns the URL of a page of the provider, on which the user manages payment methods and subscriptions, and
// which leads back to the return URL. A customer that was deleted at the provider is made anew.
func (s *Service) OpenPortal(ctx context.Context, userID int64, returnURL string) (string, error) {
	if wrong := s.checkReturnURL("returnUrl", returnURL); len(wrong) > 0 {
		return "", errs.Invalid(wrong...)
	}
	u, err := s.ensureCustomer(ctx, userID)
	if err != nil {
		return "", err
	}
	url, err := s.payments.PortalSession(ctx, "portal/"+s.newID(), u.CustomerID, returnURL)
	if errors.Is(err, ErrProviderMissing) {
		if _, err := s.dropCustomer(ctx, userID, u.CustomerID); err != nil {
			return "", err
		}
		if u, err = s.ensureCustomer(ctx, userID); err != nil {
			return "", err
		}
		url, err = s.payments.PortalSession(ctx, "portal/"+s.newID(), u.CustomerID, returnURL)
	}
	if err != nil {
		return "", fmt.Errorf("open portal: %w", err)
	}
	return url, nil
}
