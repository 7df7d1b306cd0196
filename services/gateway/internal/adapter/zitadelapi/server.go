package zitadelapi

import (
	"context"
	"errors"
	"unicode/utf8"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/types/known/timestamppb"

	"muster/libs/causal"
	"muster/libs/web"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/zitadelpb"
	"muster/services/gateway/internal/zitadelpb/zitadelpbconnect"
)

// server implements the methods of the service for admitted callers. Its errors are those of the core or connect's.
type server struct{ Config }

var _ zitadelpbconnect.AuthServiceHandler = (*server)(nil)

// The reasons of failed validation, in the words of ZITADEL's.
const (
	wrongCodeLength = "invalid VerifyMyEmailRequest.Code: value length must be between 1 and 200 runes, inclusive"
	noEmailAddress  = "invalid SetMyEmailRequest.Email: value must be a valid email address"
)

func invalid(reason string) error {
	return connect.NewError(connect.CodeInvalidArgument, errors.New(reason))
}

// maxCode is the maximum length of a code in characters.
const maxCode = 200

// GetMyEmail implements the service.
func (s *server) GetMyEmail(ctx context.Context, _ *zitadelpb.GetMyEmailRequest) (*zitadelpb.GetMyEmailResponse, error) {
	e, err := s.Service.Email(ctx, callOf(ctx).caller.UserID)
	if err != nil {
		return nil, err
	}
	return &zitadelpb.GetMyEmailResponse{
		Details: s.details(e), Email: &zitadelpb.Email{Email: e.Address, IsEmailVerified: e.Verified},
	}, nil
}

// SetMyEmail implements the service.
func (s *server) SetMyEmail(ctx context.Context, r *zitadelpb.SetMyEmailRequest) (*zitadelpb.SetMyEmailResponse, error) {
	e, lacking, err := s.Service.SetEmail(ctx, callOf(ctx).caller, r.GetEmail())
	s.mark(ctx, lacking)
	if errors.Is(err, gateway.ErrEmailInvalid) {
		return nil, invalid(noEmailAddress)
	}
	if err != nil {
		return nil, err
	}
	return &zitadelpb.SetMyEmailResponse{Details: s.details(e)}, nil
}

// VerifyMyEmail implements the service.
func (s *server) VerifyMyEmail(ctx context.Context, r *zitadelpb.VerifyMyEmailRequest) (*zitadelpb.VerifyMyEmailResponse, error) {
	if n := utf8.RuneCountInString(r.GetCode()); n == 0 || n > maxCode {
		return nil, invalid(wrongCodeLength)
	}
	e, lacking, err := s.Service.VerifyEmail(ctx, callOf(ctx).caller, r.GetCode())
	s.mark(ctx, lacking)
	if err != nil {
		return nil, err
	}
	return &zitadelpb.VerifyMyEmailResponse{Details: s.details(e)}, nil
}

// ResendMyEmailVerification implements the service.
func (s *server) ResendMyEmailVerification(
	ctx context.Context, _ *zitadelpb.ResendMyEmailVerificationRequest,
) (*zitadelpb.ResendMyEmailVerificationResponse, error) {
	e, lacking, err := s.Service.SendEmailCode(ctx, callOf(ctx).caller)
	s.mark(ctx, lacking)
	if err != nil {
		return nil, err
	}
	return &zitadelpb.ResendMyEmailVerificationResponse{Details: s.details(e)}, nil
}

func (s *server) details(e gateway.Email) *zitadelpb.ObjectDetails {
	return &zitadelpb.ObjectDetails{
		Sequence: uint64(e.Version), CreationDate: timestamppb.New(e.CreatedAt), ChangeDate: timestamppb.New(e.UpdatedAt),
		ResourceOwner: s.OrganizationID,
	}
}

// mark marks the answer as the other routes of the gateway do, and logs what was still missing when the wait ended.
func (s *server) mark(ctx context.Context, lacking []string) {
	if len(lacking) == 0 {
		return
	}
	c := callOf(ctx).request
	c.Header(causal.HeaderConsistency, causal.ConsistencyPending)
	s.Logger.WarnContext(ctx, "answered before the write had taken effect",
		"route", c.FullPath(), "request_id", c.Writer.Header().Get(web.HeaderRequestID), "lacking", lacking)
}
