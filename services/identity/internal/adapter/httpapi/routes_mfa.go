package httpapi

import (
	"net/http"

	"muster/libs/errs"
	"muster/libs/limits"
	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

// factors are the routes of second factors.
func (a *api) factors() []web.Route {
	id := []listing.Parameter{{Name: "id", In: "path", Required: true, Description: "The id of the factor.", Schema: listing.Schema{"type": "string"}}}
	return []web.Route{
		{
			Method: http.MethodPost, Path: "/api/auth/mfa/verify", Access: web.Public, Handlers: do(a.verifyFactor),
			ID: "verifySecondFactor", Summary: "Finish a sign-in with a second factor", Body: verifyFactorBody{}, Answer: signedIn{},
			Errors: []*errs.Error{identity.ErrFactorInvalid, identity.ErrAccountInactive, limits.ErrUsedUp},
		},
		{
			Method: http.MethodPost, Path: "/api/auth/mfa/passkey-options", Access: web.Public, Handlers: do(a.askForSecondFactor),
			ID: "askForSecondFactor", Summary: "Ask for a passkey as the second factor", Text: "Of a sign-in, only the latest question can be answered, once.",
			Body: askBody{}, Answer: requestAnswer{}, Errors: []*errs.Error{identity.ErrFactorInvalid, limits.ErrUsedUp},
		},
		{
			Method: http.MethodPost, Path: "/api/auth/passkeys/options", Access: web.Public, Handlers: do(a.askForPasskey),
			ID: "askForPasskey", Summary: "Ask for a passkey instead of a password", Text: "The question can be answered once, for five minutes.",
			Answer: requestAnswer{}, Errors: []*errs.Error{limits.ErrUsedUp},
		},
		{
			Method: http.MethodPost, Path: "/api/auth/passkeys/login", Access: web.Public, Handlers: do(a.loginWithPasskey),
			ID: "loginWithPasskey", Summary: "Sign in with a passkey", Text: "The authenticator must have verified its user. No second factor is asked for.",
			Body: passkeyLoginBody{}, Answer: signedIn{}, Errors: []*errs.Error{identity.ErrPasskeyInvalid, identity.ErrAccountInactive, limits.ErrUsedUp},
		},
		{
			Method: http.MethodPost, Path: "/api/auth/mfa/passkeys", Access: web.User, Handlers: do(a.enrolPasskey), Status: http.StatusCreated,
			ID: "enrolPasskey", Summary: "Set up a passkey", Text: "It is asked for once the browser's answer is confirmed, within five minutes.",
			Body: factorName{}, Answer: creationAnswer{},
			Errors: []*errs.Error{identity.ErrStepUpRequired, identity.ErrEmailNotVerified, identity.ErrTooManyFactors},
		},
		{
			Method: http.MethodPost, Path: "/api/auth/mfa/passkeys/:id/confirm", Access: web.User, Handlers: do(a.confirmPasskey),
			ID: "confirmPasskey", Summary: "Confirm a passkey", Text: "The question can be answered once. The first factor of a user comes with recovery codes, which are shown only here.",
			Params: id, Body: confirmPasskeyBody{}, Answer: recoveryAnswer{},
			Errors: []*errs.Error{identity.ErrFactorNotFound, identity.ErrPasskeyInvalid, identity.ErrPasskeyExists, identity.ErrTooManyFactors},
		},
		{
			Method: http.MethodPost, Path: "/api/auth/mfa/totp", Access: web.User, Handlers: do(a.enrolTOTP), Status: http.StatusCreated,
			ID: "enrolTOTP", Summary: "Set up an authenticator app", Text: "The app is asked for once its first code is confirmed.",
			Body: factorName{}, Answer: enrolAnswer{},
			Errors: []*errs.Error{identity.ErrStepUpRequired, identity.ErrEmailNotVerified, identity.ErrTooManyFactors},
		},
		{
			Method: http.MethodPost, Path: "/api/auth/mfa/totp/:id/confirm", Access: web.User, Handlers: do(a.confirmTOTP),
			ID: "confirmTOTP", Summary: "Confirm an authenticator app", Text: "The first factor of a user comes with recovery codes, which are shown only here.",
			Params: id, Body: factorCode{}, Answer: recoveryAnswer{},
			Errors: []*errs.Error{identity.ErrFactorNotFound, identity.ErrFactorInvalid, limits.ErrUsedUp},
		},
		{
			Method: http.MethodGet, Path: "/api/auth/mfa/factors", Access: web.User, Handlers: do(a.listFactors),
			ID: "listSecondFactors", Summary: "One's second factors", Answer: factorsAnswer{},
		},
		{
			Method: http.MethodPut, Path: "/api/auth/mfa/factors/:id", Access: web.User, Handlers: do(a.renameFactor),
			ID: "renameSecondFactor", Summary: "Rename a second factor", Params: id, Body: factorName{}, Answer: factor{},
			Errors: []*errs.Error{identity.ErrFactorNotFound},
		},
		{
			Method: http.MethodDelete, Path: "/api/auth/mfa/factors/:id", Access: web.User, Handlers: do(a.removeFactor), Status: http.StatusNoContent,
			ID: "removeSecondFactor", Summary: "Remove a second factor", Text: "The recovery codes go with the last one.", Params: id,
			Errors: []*errs.Error{identity.ErrStepUpRequired, identity.ErrFactorNotFound, identity.ErrLastFactor},
		},
		{
			Method: http.MethodPost, Path: "/api/auth/mfa/recovery-codes", Access: web.User, Handlers: do(a.renewRecoveryCodes),
			ID: "renewRecoveryCodes", Summary: "Replace the recovery codes", Answer: recoveryAnswer{},
			Errors: []*errs.Error{identity.ErrStepUpRequired, identity.ErrFactorNotFound},
		},
	}
}
