// Package httpapi is directory's HTTP interface: the users API and the parts of the auth API that are about email
// addresses (contracts users-api and auth-api), and the internal API for the other services.
package httpapi

import (
	"context"
	"errors"
	"io"
	"net/url"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/listing"
	"muster/libs/usersapi"
	"muster/libs/web"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/roster"
)

// Reader answers reads that need no rule of the core. The query of a URL selects a list page, as libs/listing defines;
// an invalid query returns VALIDATION_FAILED.
type Reader interface {
	// User returns a live user, or directory.ErrUserNotFound.
	User(ctx context.Context, id int64) (usersapi.User, error)
	// UserWithProperties is User with the custom properties.
	UserWithProperties(ctx context.Context, id int64) (directory.UserWithProperties, error)
	Users(ctx context.Context, u *url.URL) (listing.Page[usersapi.User], error)
	// UsersToEverybody is Users for callers that may not filter by properties: directory.ErrAdminOnly when the URL
	// does.
	UsersToEverybody(ctx context.Context, u *url.URL) (listing.Page[usersapi.User], error)
	Requests(ctx context.Context, u *url.URL) (listing.Page[directory.ListedRequest], error)
	// Request returns one request, or directory.ErrRequestNotFound.
	Request(ctx context.Context, id int64) (directory.ListedRequest, error)
	// OwnRequests returns the requests of one user, without the codes.
	OwnRequests(ctx context.Context, userID int64, u *url.URL) (listing.Page[directory.ListedRequest], error)
}

// Config holds the dependencies of the API.
type Config struct {
	Service *directory.Service
	Roster  *roster.Service
	Reader  Reader
	Imports ImportReader
	Keys    *web.Keys // verify access tokens
	CSRF    web.CSRF
	// Standing looks users up in directory's own data.
	Standing web.StandingOf
	// AdminsOnly keeps users from seeing each other (setting DIRECTORY_VISIBILITY, contract section 2).
	AdminsOnly bool
	// Draining is closed when the service begins to stop. Uploads then end after their current batch.
	Draining <-chan struct{}
}

type api struct {
	Config
	auth     *web.Authenticator
	internal GatewayReader
}

// Mount adds the routes of the API.
func Mount(e *gin.Engine, c Config) {
	a := &api{Config: c, auth: web.NewAuthenticator(c.Keys, c.CSRF, c.Standing)}
	a.auth.Mount(e, a.routes())
}

// GatewayReader answers the reads of the gateway itself and of its façades.
type GatewayReader interface {
	// LegacyTotals returns the numbers of legacy users now.
	LegacyTotals(ctx context.Context) (directory.LegacyTotals, error)
	// EmailState returns the state of a live user, or directory.ErrUserNotFound.
	EmailState(ctx context.Context, id int64) (directory.EmailState, error)
	// ThunderUser returns a live user as Thunder's clients see it, or directory.ErrUserNotFound.
	ThunderUser(ctx context.Context, id int64) (directory.ThunderUser, error)
	// WritePerson writes what is held of a live user as JSON, or returns directory.ErrUserNotFound and writes nothing.
	WritePerson(ctx context.Context, id int64, w io.Writer) error
}

// MountInternal adds the routes for the gateway.
func MountInternal(r gin.IRouter, service *directory.Service, reader GatewayReader) {
	a := &api{Config: Config{Service: service}, internal: reader}
	r.GET("/users/:id/mail", a.awaitMail)
	r.GET("/users/:id/personal-data", a.writePerson)
	r.GET("/legacy-users/totals", a.legacyTotals)
	a.mountZitadel(r)
	a.mountThunder(r)
}

// errNoUser is directory.ErrUserNotFound for other services. The public API has no code for it (users-api.md), but a
// service must tell it from an unknown route.
var errNoUser = errs.New(errs.KindNotFound, "USER_NOT_FOUND", "User not found")

// failCaller answers another service with an error.
func failCaller(c *gin.Context, err error) {
	if errors.Is(err, directory.ErrUserNotFound) {
		err = errNoUser
	}
	web.Fail(c, err)
}

// visible passes requests of callers that may see the requested user or users.
func (a *api) visible(c *gin.Context) {
	p := web.CurrentPrincipal(c)
	if a.AdminsOnly && !p.IsAdmin() && c.Param("id") != idText(p.UserID) {
		web.Fail(c, web.ErrAdminOnly)
	}
}
