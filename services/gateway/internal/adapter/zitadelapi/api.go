// Package zitadelapi answers the clients of ZITADEL that verify the email address of their user (contract compat,
// ZITADEL): the methods of zitadel.auth.v1.AuthService as JSON over HTTP, gRPC and gRPC-Web, besides server reflection and
// the health service of gRPC.
//
// A request passes these steps in order: the middleware of libs/web and httpapi, the access token, the body (read as a
// whole, so that slow clients hold nothing), the rules of the message, directory, and the wait until the write has taken
// effect. The library connect speaks gRPC, gRPC-Web and its own protocol; rest.go speaks JSON as ZITADEL's gateway does.
//
// No CSRF token is required. It would protect a browser that adds credentials to the requests of any site by itself, as
// it does with cookies. This API reads no cookie: a caller is known by the Authorization header alone, which a page of
// another origin can neither make a browser send nor, without an allowed origin, set itself.
package zitadelapi

import (
	"log/slog"
	"net/http"
	"strings"

	"connectrpc.com/connect"
	"connectrpc.com/grpchealth"
	"connectrpc.com/grpcreflect"
	"github.com/gin-gonic/gin"

	"muster/libs/web"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/zitadelpb/zitadelpbconnect"
)

// Config holds the dependencies of the API.
type Config struct {
	Service *gateway.Service
	Auth    *web.Authenticator
	// OrganizationID is the resource owner of every user.
	OrganizationID string
	Logger         *slog.Logger
}

type api struct {
	Config
	errors *connect.ErrorWriter // for the protocols that connect speaks
}

// restPrefix precedes the paths of the HTTP rules in the .proto file.
const restPrefix = "/auth/v1"

// Mount adds the API to an engine, behind the middleware that the engine has. It also answers gRPC calls to unknown
// services and methods.
func Mount(e *gin.Engine, c Config) {
	a := &api{Config: c, errors: connect.NewErrorWriter()}
	s := &server{Config: c}
	limit := connect.WithReadMaxBytes(web.MaxBody) // of a message after its decompression

	_, rpc := zitadelpbconnect.NewAuthServiceHandler(s, limit, connect.WithInterceptors(connect.UnaryInterceptorFunc(a.explained)))
	for _, m := range s.methods() {
		e.POST(m.procedure, a.admit(a.refuseRPC), a.whole(rpc))
		e.Handle(m.method, m.path, a.admit(a.refuseREST), a.serveREST(m.rest))
	}

	reflector := grpcreflect.NewStaticReflector(zitadelpbconnect.AuthServiceName, grpchealth.HealthV1ServiceName)
	path, reflection := grpcreflect.NewHandlerV1(reflector, limit)
	e.POST(path+"ServerReflectionInfo", a.piecewise(reflection))
	path, reflection = grpcreflect.NewHandlerV1Alpha(reflector, limit)
	e.POST(path+"ServerReflectionInfo", a.piecewise(reflection))
	path, health := grpchealth.NewHandler(grpchealth.NewStaticChecker(zitadelpbconnect.AuthServiceName), limit)
	e.POST(path+"Check", a.whole(health))
	e.Use(a.unknown(e.Routes()))
}

// method is one method of the service, as RPC and as its HTTP rule in the .proto file says below [restPrefix].
type method struct {
	procedure, method, path string
	rest                    restHandler
}

func (s *server) methods() []method {
	return []method{
		{zitadelpbconnect.AuthServiceGetMyEmailProcedure, http.MethodGet, restPrefix + "/users/me/email", rest(s.GetMyEmail)},
		{zitadelpbconnect.AuthServiceSetMyEmailProcedure, http.MethodPut, restPrefix + "/users/me/email", rest(s.SetMyEmail)},
		{zitadelpbconnect.AuthServiceVerifyMyEmailProcedure, http.MethodPost, restPrefix + "/users/me/email/_verify", rest(s.VerifyMyEmail)},
		{zitadelpbconnect.AuthServiceResendMyEmailVerificationProcedure, http.MethodPost, restPrefix + "/users/me/email/_resend_verification",
			rest(s.ResendMyEmailVerification)},
	}
}

// whole serves calls with one message, after the body has arrived.
func (a *api) whole(h http.Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		if _, err := web.ReadBody(c); err != nil {
			a.refuseRPC(c, err)
			return
		}
		h.ServeHTTP(eager{c.Writer}, c.Request)
	}
}

// piecewise serves calls whose messages are answered one by one.
func (a *api) piecewise(h http.Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		defer web.ShareBody(c)()
		h.ServeHTTP(eager{c.Writer}, c.Request)
	}
}

// eager sends the headers when the handler says so. Gin's writer would send them with the first byte of the body or at
// the end, when connect has already set the trailers among them.
type eager struct{ gin.ResponseWriter }

// WriteHeader implements [http.ResponseWriter].
func (w eager) WriteHeader(status int) {
	w.ResponseWriter.WriteHeader(status)
	w.WriteHeaderNow()
}

// unknown answers what no route answers, in the form of the protocol: gRPC calls, and JSON below [restPrefix].
func (a *api) unknown(routes gin.RoutesInfo) gin.HandlerFunc {
	return func(c *gin.Context) {
		switch path := c.Request.URL.Path; {
		case c.FullPath() != "":
		case strings.HasPrefix(c.ContentType(), "application/grpc"):
			a.refuseRPC(c, connect.NewError(connect.CodeUnimplemented, unknownMethod(routes, path)))
		case strings.HasPrefix(path, restPrefix+"/"):
			a.refuseREST(c, unknownRoute(c.Writer.Status()))
		}
	}
}
