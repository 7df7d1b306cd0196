package httpapi

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/limits"
	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

// confirming are the errors of what a provider says about a user.
var confirming = []*errs.Error{identity.ErrProviderTokenInvalid, identity.ErrProviderNotConfigured, identity.ErrFlowInvalid, limits.ErrUsedUp}

// providers are the routes of sign-in providers. Each provider has routes of its own, so that an unknown one is 404.
func (a *api) providers() []web.Route {
	all := []web.Route{
		{
			Method: http.MethodGet, Path: "/api/auth/providers", Access: web.User, Handlers: do(a.listProviders),
			ID: "listProviders", Summary: "The sign-in providers, and which one has linked", Answer: providersAnswer{},
		},
		{
			Method: http.MethodPost, Path: "/api/auth/providers", Access: web.User, Handlers: do(a.linkProvider),
			ID: "linkProvider", Summary: "Link an account of a provider", Body: providerBody{}, Status: http.StatusNoContent,
			Errors: append([]*errs.Error{identity.ErrProviderLinked, identity.ErrStepUpRequired}, confirming...),
		},
		{
			Method: http.MethodDelete, Path: "/api/auth/providers/:provider", Access: web.User, Handlers: do(a.unlinkProvider),
			ID: "unlinkProvider", Summary: "Unlink the account of a provider", Status: http.StatusNoContent,
			Params: []listing.Parameter{{Name: "provider", In: "path", Required: true, Description: "The provider.", Schema: listing.Schema{"type": "string"}}},
			Errors: []*errs.Error{identity.ErrLinkNotFound, identity.ErrLastWayIn},
		},
	}
	for _, p := range identity.AllProviders {
		all = append(all, a.provider(p)...)
	}
	return all
}

// provider are the routes of one provider.
func (a *api) provider(p identity.Provider) []web.Route {
	base, name := "/api/auth/"+string(p), strings.ToUpper(string(p)[:1])+string(p)[1:]
	query := func(name, description string, required bool) listing.Parameter {
		return listing.Parameter{Name: name, In: "query", Description: description, Required: required, Schema: listing.Schema{"type": "string"}}
	}
	back := func(method, id string, handler gin.HandlerFunc) web.Route {
		return web.Route{
			Method: method, Path: base + "/callback", Access: web.Public, Handlers: do(handler), Status: http.StatusSeeOther,
			ID: id + name, Summary: "Where " + name + " sends browsers back to", Errors: append([]*errs.Error{errs.Invalid()}, confirming...),
		}
	}
	start := web.Route{
		Method: http.MethodGet, Path: base + "/start", Access: web.Public, Handlers: do(a.startFlow(p)), Status: http.StatusSeeOther,
		ID: "startWith" + name, Summary: "Send the browser to " + name,
		Params: []listing.Parameter{query("returnUrl", "Where the browser returns to: an address of an allowed frontend.", true), query("codeChallenge", "Binds the result to who asks (PKCE, S256).", true)},
		Errors: confirming,
	}
	return []web.Route{
		{
			Method: http.MethodPost, Path: base + "/register", Access: web.Public, Handlers: do(a.registerWith(p)), Status: http.StatusCreated,
			ID: "registerWith" + name, Summary: "Register with " + name, Body: providerBody{}, Answer: signedIn{},
			Errors: append([]*errs.Error{identity.ErrEmailExists}, confirming...),
		},
		{
			Method: http.MethodPost, Path: base + "/login", Access: web.Public, Handlers: do(a.loginWith(p)),
			ID: "loginWith" + name, Summary: "Sign in with " + name, Body: providerBody{}, Answer: web.AnyOf{signedIn{}, pendingAnswer{}},
			Errors: append([]*errs.Error{identity.ErrNotRegistered, identity.ErrAccountInactive}, confirming...),
		},
		start,
		back(http.MethodGet, "finishWith", a.finishFlow(p)),
		back(http.MethodPost, "finishByFormWith", a.finishFlow(p)),
	}
}
