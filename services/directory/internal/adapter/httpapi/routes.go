package httpapi

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/limits"
	"muster/libs/listing"
	"muster/libs/usersapi"
	"muster/libs/web"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/roster"
)

// Routes returns the API's routes for their description.
func Routes() []web.Route { return (&api{}).routes() }

// SchemaNames are the names of schemas in the API's description, where the name of the Go type says too little.
var SchemaNames = map[string]string{
	"profile": "UpdateProfileRequest", "confirmation": "ConfirmEmailChangeRequest", "requestObject": "VerificationRequest", "done": "BatchDone",
	"resendBody": "ResendCodesRequest", "renewBody": "RenewCodesRequest", "codeOrder": "CodeOrder", "renewedBody": "RenewedCodes",
	"mailOrderBody": "EmailRequest", "failureObject": "ImportFailure", "wholeImport": "ImportWithFailures",
}

// routes are the API's routes. Another one needs a line here, and [web.Route] says what is in it.
func (a *api) routes() []web.Route {
	return slices.Concat(a.users(), a.requests(), a.imports(), a.emails())
}

// do makes the handlers of a route.
func do(handlers ...gin.HandlerFunc) []gin.HandlerFunc { return handlers }

// guessing are the errors of a code that the caller sends.
var guessing = []*errs.Error{directory.ErrNoVerification, directory.ErrCodeExpired, directory.ErrTooManyGuesses}

func with(groups ...[]*errs.Error) []*errs.Error { return slices.Concat(groups...) }

// users are the routes of users.
func (a *api) users() []web.Route {
	properties := []listing.Parameter{{Name: "fields", In: "query", Description: "More members of the answer. The custom properties are for their user and for administrators.",
		Schema: listing.Schema{"type": "string", "enum": []string{"properties", ""}}}}
	user := web.AnyOf{usersapi.User{}, userWithProperties{}}
	confirming := func(method, id string) web.Route {
		return web.Route{
			Method: method, Path: "/api/users/me/verify-update", Access: web.User, Handlers: do(a.confirmEmailChange),
			ID: id, Summary: "Confirm a new email address", Text: "The code was sent to the new address. All members change together.",
			Body: confirmation{}, Answer: usersapi.User{}, Errors: with(guessing, []*errs.Error{directory.ErrEmailExists}),
		}
	}
	return []web.Route{
		{
			Method: http.MethodGet, Path: "/api/users", Access: web.User, Handlers: do(a.visible, a.listUsers),
			ID: "listUsers", Summary: "Users", Text: "Only administrators may filter by properties. An installation can keep the list from other users.",
			List: "users", Answer: usersapi.User{}, Errors: []*errs.Error{directory.ErrAdminOnly},
		},
		{
			Method: http.MethodGet, Path: "/api/users/me", Access: web.User, Handlers: do(a.me),
			ID: "getMe", Summary: "Oneself", Params: properties, Answer: user, Errors: []*errs.Error{directory.ErrUserNotFound},
		},
		{
			Method: http.MethodPut, Path: "/api/users/me", Access: web.User, Handlers: do(a.updateMe),
			ID: "updateMe", Summary: "Change one's profile",
			Text: "A member that is left out stays as it is. A new address changes nothing yet: a code is sent to it, which `verify-update` needs.",
			Body: profile{}, Answer: web.AnyOf{usersapi.User{}, verificationRequired{}},
			Errors: []*errs.Error{directory.ErrEmailExists, directory.ErrMailNotSent, directory.ErrUserNotFound, directory.ErrStepUpRequired, limits.ErrUsedUp},
		},
		confirming(http.MethodPost, "confirmEmailChange"),
		confirming(http.MethodPut, "confirmEmailChangeByPut"),
		{
			Method: http.MethodGet, Path: "/api/users/:id", Access: web.User, Handlers: do(a.visible, a.getUser),
			ID: "getUser", Summary: "A user", Params: properties, Answer: user, Errors: []*errs.Error{directory.ErrUserNotFound, directory.ErrAdminOnly},
		},
		{
			Method: http.MethodPut, Path: "/api/users/:id", Access: web.Admin, Handlers: do(a.updateUser),
			ID: "updateUser", Summary: "Change a user", Text: "A member that is left out stays as it is. Deactivating ends all sessions of the user.",
			Body: updateUserBody{}, Answer: usersapi.User{},
			Errors: []*errs.Error{directory.ErrUserNotFound, directory.ErrEmailExists, directory.ErrLastAdmin, directory.ErrStepUpRequired},
		},
		{
			Method: http.MethodDelete, Path: "/api/users/:id", Access: web.User, Handlers: do(a.deleteUser),
			ID: "deleteUser", Summary: "Delete a user", Text: "Administrators delete anybody, other users themselves. Sessions end, the address is free again, and a subscription is cancelled.",
			Deletes: true, Errors: []*errs.Error{directory.ErrAdminOnly, directory.ErrUserNotFound, directory.ErrLastAdmin, directory.ErrStepUpRequired},
		},
	}
}

// requests are the routes of verification requests.
func (a *api) requests() []web.Route {
	const path = "/api/users/verification-requests"
	renewing := func(method, id string) web.Route {
		return web.Route{
			Method: method, Path: path + "/new-request-code", Access: web.User, Handlers: do(a.renewCodes),
			ID: id, Summary: "Make new codes", Text: "The old codes are dead, and nothing is mailed. Administrators may name anybody, other users themselves for `REGR`.",
			Body: renewBody{}, Answer: renewedBody{}, Errors: []*errs.Error{directory.ErrAdminOnly, directory.ErrUsersNotFound},
		}
	}
	return []web.Route{
		{
			Method: http.MethodGet, Path: path, Access: web.User, Handlers: do(a.listRequests),
			ID: "listVerificationRequests", Summary: "Verification requests", Text: "Administrators get all, other users their own without the codes.",
			List: "verificationRequests", Answer: requestObject{},
		},
		{
			Method: http.MethodPost, Path: path + "/resend-email", Access: web.User, Handlers: do(a.resendCodes),
			ID: "resendCodes", Summary: "Mail codes again", Text: "Administrators may name anybody, other users their own address.", Body: resendBody{}, Answer: done{},
			Errors: []*errs.Error{directory.ErrAdminOnly, directory.ErrUsersNotFound, directory.ErrMailNotSent, limits.ErrUsedUp},
		},
		renewing(http.MethodPut, "renewCodes"),
		renewing(http.MethodPost, "renewCodesByPost"),
		{
			Method: http.MethodGet, Path: path + "/:id", Access: web.User, Handlers: do(a.getRequest),
			ID: "getVerificationRequest", Summary: "A verification request", Answer: requestObject{}, Errors: []*errs.Error{directory.ErrRequestNotFound},
		},
		{
			Method: http.MethodDelete, Path: path + "/:id", Access: web.Admin, Handlers: do(a.dropRequest),
			ID: "deleteVerificationRequest", Summary: "Delete a verification request", Deletes: true, Errors: []*errs.Error{directory.ErrRequestNotFound},
		},
	}
}

// imports are the routes of imports of a roster, for administrators only.
func (a *api) imports() []web.Route {
	id := listing.Parameter{Name: "id", In: "path", Required: true, Description: "The id of the import.", Schema: listing.Schema{"type": "string"}}
	return []web.Route{
		{
			Method: http.MethodPost, Path: "/api/users/import", Access: web.Admin, Handlers: do(a.importUsers),
			ID: "importUsers", Summary: "Import users of another system",
			Text: "The body is a line of JSON for each user, and may be of any length. An upload that was cut goes on under the same import id.",
			Params: []listing.Parameter{
				{Name: "importId", In: "query", Description: "The id of the import; without one it gets one.", Schema: listing.Schema{"type": "string", "pattern": importID.String()}},
				{Name: "dryRun", In: "query", Description: "Checks every line and changes nothing.", Schema: listing.Schema{"type": "boolean", "default": false}},
			},
			RawBody: "application/x-ndjson", Answer: wholeImport{},
			Errors: []*errs.Error{errNotNDJSON, roster.ErrImportRunning, roster.ErrImportChanged, roster.ErrUploadCut, roster.ErrImportStopped},
		},
		{
			Method: http.MethodGet, Path: "/api/users/imports", Access: web.Admin, Handlers: do(a.listImports),
			ID: "listImports", Summary: "Imports", List: "imports", Answer: importObject{},
		},
		{
			Method: http.MethodGet, Path: "/api/users/imports/:id", Access: web.Admin, Handlers: do(a.getImport),
			ID: "getImport", Summary: "An import, with its first failures", Params: []listing.Parameter{id}, Answer: wholeImport{}, Errors: []*errs.Error{roster.ErrImportNotFound},
		},
		{
			Method: http.MethodGet, Path: "/api/users/imports/:id/rows", Access: web.Admin, Handlers: do(a.listImportRows),
			ID: "listImportRows", Summary: "What became of each line of an import", Params: []listing.Parameter{id}, List: "importRows", Answer: importRowObject{},
			Errors: []*errs.Error{roster.ErrImportNotFound},
		},
	}
}

// emails are the routes about email addresses that need no session.
func (a *api) emails() []web.Route {
	mailing := func(path, id, summary string, handler gin.HandlerFunc) web.Route {
		return web.Route{
			Method: http.MethodPost, Path: path, Access: web.Public, Handlers: do(handler),
			ID: id, Summary: summary, Text: "The answer is the same whoever is registered.", Body: mailOrderBody{}, Answer: messageBody{}, Errors: []*errs.Error{limits.ErrUsedUp},
		}
	}
	return []web.Route{
		{
			Method: http.MethodPost, Path: "/api/auth/verify-email", Access: web.Optional, Handlers: do(a.verifyEmail),
			ID: "verifyEmail", Summary: "Verify an email address", Text: "Without the account's own access token, the sessions that were opened before end.",
			Body: verifyEmailBody{}, Answer: messageBody{}, Errors: with(guessing, []*errs.Error{limits.ErrUsedUp}),
		},
		{
			Method: http.MethodPost, Path: "/api/auth/decline-registration", Access: web.Public, Handlers: do(a.declineRegistration),
			ID: "declineRegistration", Summary: "Remove an account that somebody registered with one's address", Text: "The code is that of the registration letter.",
			Body: verifyEmailBody{}, Answer: messageBody{}, Errors: with(guessing, []*errs.Error{limits.ErrUsedUp}),
		},
		mailing("/api/auth/resend-verification", "resendVerification", "Mail the code again", a.resendVerification),
		mailing("/api/auth/forgot-password", "forgotPassword", "Mail a code for a new password", a.forgotPassword),
	}
}
