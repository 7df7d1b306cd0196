package httpapi

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/limits"
	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/identity/internal/credentials"
	"muster/services/identity/internal/identity"
)

// Routes returns the API's routes for their description.
func Routes() []web.Route { return (&api{}).routes() }

// SchemaNames are the names of schemas in the API's description, where the name of the Go type says too little.
var SchemaNames = map[string]string{
	"acceptBody": "AcceptInvitationRequest", "resetBody": "ResetPasswordRequest", "changeBody": "ChangePasswordRequest", "csrfAnswer": "CSRFToken",
	"sessionsAnswer": "SessionList", "pendingAnswer": "SecondFactorRequired", "verifyFactorBody": "VerifySecondFactorRequest",
	"factorName": "FactorName", "factorCode": "FactorCode", "enrolAnswer": "TOTPEnrolment", "recoveryAnswer": "RecoveryCodes", "factor": "SecondFactor",
	"creationAnswer": "PasskeyEnrolment", "requestAnswer": "PasskeyQuestion", "askBody": "AskForSecondFactorRequest", "confirmPasskeyBody": "ConfirmPasskeyRequest",
	"passkeyLoginBody": "LoginWithPasskeyRequest",
	"factorsAnswer":    "SecondFactorList", "providersAnswer": "ProviderList", "discovery": "OpenIDConfiguration",
}

// routes are the API's routes. Another one needs a line here, and [web.Route] says what is in it.
func (a *api) routes() []web.Route {
	return slices.Concat(a.signingIn(), a.invitations(), a.passwords(), a.factors(), a.sessions(), a.providers(), a.audit(), a.wellKnown())
}

// do makes the handlers of a route.
func do(handlers ...gin.HandlerFunc) []gin.HandlerFunc { return handlers }

// signingIn are the routes that open and renew sessions.
func (a *api) signingIn() []web.Route {
	return []web.Route{
		{
			Method: http.MethodPost, Path: "/api/auth/register", Access: web.Public, Handlers: do(a.register),
			ID: "register", Summary: "Register", Text: "A code is mailed to the address, which `verify-email` needs. Without a username, it is the address up to the @.",
			Body: registerBody{}, Status: http.StatusCreated, Answer: signedIn{},
			Errors: []*errs.Error{identity.ErrEmailExists, limits.ErrUsedUp, credentials.ErrBusy},
		},
		{
			Method: http.MethodPost, Path: "/api/auth/login", Access: web.Public, Handlers: do(a.login),
			ID: "login", Summary: "Sign in", Body: loginBody{}, Answer: web.AnyOf{signedIn{}, pendingAnswer{}},
			Errors: []*errs.Error{credentials.ErrInvalidCredentials, identity.ErrAccountInactive, credentials.ErrBusy, limits.ErrUsedUp},
		},
		{
			Method: http.MethodPost, Path: "/api/auth/refresh", Access: web.Public, Handlers: do(a.refresh),
			ID: "refresh", Summary: "Renew the tokens of a session", Body: refreshBody{}, Answer: signedIn{},
			Errors: []*errs.Error{identity.ErrRefreshInvalid, web.ErrCSRF},
		},
	}
}

// invitations are the routes by which administrators create users.
func (a *api) invitations() []web.Route {
	return []web.Route{
		{
			Method: http.MethodPost, Path: "/api/users", Access: web.Admin, Handlers: do(a.admin(identity.ActInvite), a.invite),
			ID: "inviteUser", Summary: "Invite a user", Text: "The person gets a letter with a link to set a password.",
			Body: inviteBody{}, Status: http.StatusCreated, Answer: invitedAnswer{}, Errors: []*errs.Error{identity.ErrEmailExists, identity.ErrStepUpRequired},
		},
		{
			Method: http.MethodPost, Path: "/api/auth/accept-invitation", Access: web.Public, Handlers: do(a.acceptInvitation),
			ID: "acceptInvitation", Summary: "Accept an invitation", Body: acceptBody{}, Answer: signedIn{}, Errors: redeeming,
		},
	}
}

// passwords are the routes of passwords.
func (a *api) passwords() []web.Route {
	return []web.Route{
		{
			Method: http.MethodPost, Path: "/api/auth/reset-password", Access: web.Public, Handlers: do(a.resetPassword),
			ID: "resetPassword", Summary: "Set a new password by a mailed code", Text: "All sessions of the user end.",
			Body: resetBody{}, Answer: messageAnswer{}, Errors: redeeming,
		},
		{
			Method: http.MethodPost, Path: "/api/auth/change-password", Access: web.User, Handlers: do(a.changePassword),
			ID: "changePassword", Summary: "Change one's password", Text: "All other sessions of the user end.",
			Body: changeBody{}, Status: http.StatusNoContent, Errors: []*errs.Error{identity.ErrStepUpRequired, identity.ErrWrongPassword, limits.ErrUsedUp, credentials.ErrBusy},
		},
	}
}

// sessions are the routes of one's own sessions.
func (a *api) sessions() []web.Route {
	id := listing.Parameter{Name: "id", In: "path", Required: true, Description: "The id of the session.", Schema: listing.Schema{"type": "string"}}
	return []web.Route{
		{
			Method: http.MethodPost, Path: "/api/auth/logout", Access: web.User, Handlers: do(a.logout),
			ID: "logout", Summary: "End the caller's session", Status: http.StatusNoContent,
		},
		{
			Method: http.MethodGet, Path: "/api/auth/sessions", Access: web.User, Handlers: do(a.listSessions),
			ID: "listSessions", Summary: "One's open sessions", Answer: sessionsAnswer{},
		},
		{
			Method: http.MethodDelete, Path: "/api/auth/sessions", Access: web.User, Handlers: do(a.endOtherSessions),
			ID: "endOtherSessions", Summary: "End all sessions but this", Status: http.StatusNoContent,
		},
		{
			Method: http.MethodDelete, Path: "/api/auth/sessions/:id", Access: web.User, Handlers: do(a.endSession),
			ID: "endSession", Summary: "End a session", Params: []listing.Parameter{id}, Status: http.StatusNoContent, Errors: []*errs.Error{identity.ErrSessionNotFound},
		},
		{
			Method: http.MethodGet, Path: "/api/auth/csrf-token", Access: web.User, Handlers: do(a.csrfToken),
			ID: "getCSRFToken", Summary: "The CSRF token of the caller's session", Answer: csrfAnswer{},
		},
	}
}

// audit are the routes of the audit trail.
func (a *api) audit() []web.Route {
	return []web.Route{
		{
			Method: http.MethodGet, Path: "/api/auth/audit", Access: web.Admin, Handlers: do(a.admin(identity.ActReadAudit), a.listAudit),
			ID: "listAudit", Summary: "The audit trail of accounts", List: "audit", Answer: auditEntry{},
		},
		{
			Method: http.MethodGet, Path: "/api/auth/audit/me", Access: web.User, Handlers: do(a.listOwnAudit),
			ID: "listOwnAudit", Summary: "The audit trail of one's own account", List: "ownAudit", Answer: auditEntry{},
		},
	}
}

// wellKnown are the routes of the public keys.
func (a *api) wellKnown() []web.Route {
	return []web.Route{
		{
			Method: http.MethodGet, Path: "/.well-known/jwks.json", Access: web.Public, Handlers: do(a.jwks),
			ID: "getKeys", Summary: "The keys that verify access tokens", Answer: keySet{},
		},
		{
			Method: http.MethodGet, Path: "/.well-known/openid-configuration", Access: web.Public, Handlers: do(a.openIDConfiguration),
			ID: "getOpenIDConfiguration", Summary: "The issuer of access tokens", Answer: discovery{},
		},
	}
}

// redeeming are the errors of a mailed code and the password that it sets. Directory keeps the codes and refuses them, so
// most are its errors.
var redeeming = []*errs.Error{
	errs.New(errs.KindInvalid, "INVALID_CODE", "The verification code is incorrect."),
	errs.New(errs.KindNotFound, "NO_VERIFICATION_REQUEST", "There is no pending verification for this email address."),
	errs.New(errs.KindTooMany, "MAX_ATTEMPTS_EXCEEDED", "Maximum verification attempts exceeded. Please request a new code."),
	limits.ErrUsedUp, credentials.ErrBusy,
}
