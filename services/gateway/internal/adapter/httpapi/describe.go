package httpapi

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/listing"
	"muster/libs/usersapi"
	"muster/libs/web"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/livefeed"
)

// own are the routes that the gateway answers itself. Another one needs a line here, and [web.Route] says what is in it.
func (a *api) own() []web.Route {
	return slices.Concat([]web.Route{
		{
			Method: http.MethodGet, Path: "/api/users/full", Access: web.Admin, Handlers: []gin.HandlerFunc{a.fullUsers},
			ID: "listFullUsers", Summary: "Users with what they pay",
			Text: "`X-Data-As-Of` tells up to when all changes are in the answer. With `format` the answer is a file of all rows of the filter, in the order of sort; " +
				"page, perPage and range are refused then.",
			Params: []listing.Parameter{{Name: "format", In: "query", Description: "The form of an export.", Schema: listing.Schema{"type": "string", "enum": []string{"csv", "ndjson"}}}},
			List:   "fullUsers", Answer: gateway.FullUser{}, Files: []string{"text/csv", "application/x-ndjson"}, Errors: []*errs.Error{errTooManyExports},
		},
		{
			Method: http.MethodGet, Path: "/api/users/full/:id", Access: web.Admin, Handlers: []gin.HandlerFunc{a.fullUser},
			ID: "getFullUser", Summary: "A user with what they pay", Answer: gateway.FullUser{}, Errors: []*errs.Error{gateway.ErrUserNotFound},
		},
		{
			Method: http.MethodGet, Path: "/api/users/metrics", Access: web.User, Handlers: []gin.HandlerFunc{a.metrics},
			ID: "getUserMetrics", Summary: "How many users there are, and what they pay", Text: "Amounts are in the minor unit of the currency of the installation.",
			Answer: metricsAnswer{}, Errors: []*errs.Error{gateway.ErrNoMetrics},
		},
		{
			Method: http.MethodGet, Path: "/api/users/full/events", Access: web.Admin, Handlers: []gin.HandlerFunc{a.userEvents},
			ID: "watchUsers", Summary: "Which users change, as server-sent events", Text: "The gateway's README documents the events.",
			Params: []listing.Parameter{{Name: headerLastEventID, In: "header", Description: "The id of the last event that was seen; the feed goes on after it.", Schema: listing.Schema{"type": "string"}}},
			Files:  []string{"text/event-stream"}, Errors: []*errs.Error{livefeed.ErrTooMany},
		},
	}, a.personRoutes(), a.reference())
}

// SchemaNames are the names of schemas in the API's description, where the name of the Go type says too little.
var SchemaNames = map[string]string{"metricsAnswer": "UserMetrics", "personAnswer": "PersonalData"}

// OwnRoutes returns the routes that the gateway answers itself, for their description.
func OwnRoutes() []web.Route { return (&api{}).own() }

// Forwarded is a route that is passed on to a service, for its description.
type Forwarded struct {
	Method, Path string
	Service      string
	As           string // the path at the service
	Access       web.Access
	Answer       any // replaces the service's; nil keeps it
}

// answers are what the gateway answers in place of the service.
var answers = map[string]any{
	"POST /api/users":         usersapi.User{},
	"PUT /api/users/full/:id": gateway.FullUser{},
}

// SignedInUser is the member that [withUser] puts first into identity's answers.
const SignedInUser = "user"

// ForwardedRoutes returns the routes that are passed on.
func ForwardedRoutes() []Forwarded {
	names := map[service]string{identity: "identity", directory: "directory", billing: "billing", uploads: "directory"}
	accesses := map[access]web.Access{authenticated: web.User, public: web.Public, optional: web.Optional, signingIn: web.Public}
	var all []Forwarded
	for _, r := range slices.Concat(routes, providerRoutes()) {
		f := Forwarded{Method: r.method, Path: r.path, Service: names[r.to], As: r.path, Access: accesses[r.who], Answer: answers[r.method+" "+r.path]}
		if path, other := renamed[r.path]; other {
			f.As = path + ":id"
		}
		all = append(all, f)
	}
	return all
}

// Elsewhere are the routes of the gateway that its OpenAPI document leaves out, by the beginning of their paths, and why.
var Elsewhere = map[string]string{
	"/users":                        "For clients of Thunder, and only if an application is configured. Their protocol is Thunder's, whose errors are no JSON; COMPATIBILITY.md documents it.",
	"/verify":                       "Likewise.",
	"/auth/v1/":                     "For clients of ZITADEL. Their protocol is ZITADEL's, which its .proto files define.",
	"/zitadel.auth.v1.AuthService/": "The same over gRPC, which OpenAPI does not describe. Server reflection does.",
	"/grpc.reflection.v1.":          "gRPC's server reflection.",
	"/grpc.reflection.v1alpha.":     "gRPC's server reflection.",
	"/grpc.health.v1.Health/":       "gRPC's health check.",
}
