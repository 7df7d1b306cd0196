package zitadelapi

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"connectrpc.com/connect"
	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/gateway/internal/gateway"
	"muster/services/gateway/internal/zitadelpb"
)

// Errors of [api.admit].
var (
	errNoToken  = errors.New("no token")
	errBadToken = errors.New("bad token")
)

// refusals are the errors that ZITADEL's clients know by their message and id (contract compat, ZITADEL).
var refusals = []struct {
	is          error
	code        connect.Code
	status      int
	message, id string
}{
	{errNoToken, connect.CodeUnauthenticated, http.StatusUnauthorized, "auth header missing", ""},
	{errBadToken, connect.CodeUnauthenticated, http.StatusUnauthorized, "Errors.Token.Invalid", "AUTH-7fs1e"},
	{gateway.ErrWrongCode, connect.CodeInvalidArgument, http.StatusBadRequest, "Code is invalid", "COMMAND-Gdsgs"},
	{gateway.ErrNoCode, connect.CodeNotFound, http.StatusNotFound, "Code not found", "COMMAND-3n8ud"},
	{gateway.ErrNoUser, connect.CodeNotFound, http.StatusNotFound, "Email not found", "COMMAND-0Pe4r"},
	{gateway.ErrEmailVerified, connect.CodeFailedPrecondition, http.StatusBadRequest, "Email is already verified", "COMMAND-3M9ds"},
}

// codes has the code for each kind of error whose status in JSON is that of the kind.
var codes = map[errs.Kind]connect.Code{
	errs.KindInternal: connect.CodeInternal, errs.KindInvalid: connect.CodeInvalidArgument, errs.KindUnauthenticated: connect.CodeUnauthenticated,
	errs.KindForbidden: connect.CodePermissionDenied, errs.KindNotFound: connect.CodeNotFound, errs.KindMethod: connect.CodeUnimplemented,
	errs.KindTimeout: connect.CodeDeadlineExceeded, errs.KindConflict: connect.CodeAlreadyExists, errs.KindTooLarge: connect.CodeResourceExhausted,
	errs.KindUnsupported: connect.CodeInvalidArgument, errs.KindTooMany: connect.CodeResourceExhausted, errs.KindNotImplemented: connect.CodeUnimplemented,
	errs.KindBadGateway: connect.CodeUnavailable, errs.KindUnavailable: connect.CodeUnavailable,
}

// statusClientClosed is the status in the access log when the client disconnected first. Nobody reads the answer.
const statusClientClosed = 499

// explain returns the error and the HTTP status for a client, sets the headers of the answer that belong to it, and logs
// what web.Fail would log.
func explain(c *gin.Context, err error) (e *connect.Error, status int) {
	if e, ok := errors.AsType[*connect.Error](err); ok { // of validation, or connect's own
		return e, statusOf(e.Code())
	}
	if errors.Is(err, context.Canceled) && c.Request.Context().Err() != nil {
		return connect.NewError(connect.CodeCanceled, context.Canceled), statusClientClosed
	}
	for _, r := range refusals {
		if errors.Is(err, r.is) {
			if r.status == http.StatusUnauthorized {
				c.Header("WWW-Authenticate", "Bearer")
			}
			return detailed(r.code, r.message, r.id), r.status
		}
	}
	known := web.Report(c, err)
	if known.Kind == errs.KindTooMany || known.Kind == errs.KindUnavailable {
		c.Header("Retry-After", strconv.Itoa(int(math.Ceil(max(known.RetryAfter, time.Second).Seconds()))))
	}
	return connect.NewError(codes[known.Kind], errors.New(known.Message)), known.Kind.Status()
}

// detailed returns an error whose message ends with the id. Without an id it has no detail.
func detailed(code connect.Code, message, id string) *connect.Error {
	if id == "" {
		return connect.NewError(code, errors.New(message))
	}
	e := connect.NewError(code, fmt.Errorf("%s (%s)", message, id))
	if detail, err := connect.NewErrorDetail(&zitadelpb.ErrorDetail{Id: id, Message: message}); err == nil { // it cannot fail for this message
		e.AddDetail(detail)
	}
	return e
}

// statusOf is the HTTP status for the codes of validation, of [unknownRoute] and of connect's own errors.
func statusOf(code connect.Code) int {
	switch code {
	case connect.CodeInvalidArgument:
		return http.StatusBadRequest
	case connect.CodeNotFound:
		return http.StatusNotFound
	case connect.CodeUnimplemented:
		return http.StatusMethodNotAllowed
	default:
		return http.StatusInternalServerError
	}
}

// unknownRoute is the error for a JSON request that no route answers with the status 404 or 405.
func unknownRoute(status int) error {
	if status == http.StatusMethodNotAllowed {
		return connect.NewError(connect.CodeUnimplemented, errors.New(http.StatusText(status)))
	}
	return connect.NewError(connect.CodeNotFound, errors.New(http.StatusText(http.StatusNotFound)))
}

// unknownMethod is the reason why a gRPC call was not answered, in the words of gRPC's servers.
func unknownMethod(routes gin.RoutesInfo, path string) error {
	cut := strings.LastIndex(path, "/")
	if cut < 1 {
		return fmt.Errorf("malformed method name: %q", path)
	}
	service, name := path[1:cut], path[cut+1:]
	if slices.ContainsFunc(routes, func(r gin.RouteInfo) bool {
		return strings.HasPrefix(r.Path, path[:cut+1]) && strings.Contains(service, ".")
	}) {
		return fmt.Errorf("unknown method %s for service %s", name, service)
	}
	return fmt.Errorf("unknown service %s", service)
}
