// Package httpapi is directory's HTTP interface: the users API and the parts of the auth API that are about email
// addresses (contracts users-api and auth-api), and the internal API for the other services.
package httpapi

import (
	"context"
	"net/url"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
	"muster/libs/usersapi"
	"muster/libs/web"
	"muster/services/directory/internal/directory"
)

// Reader answers reads that need no rule of the core. Lists are asked for by the query of a URL, as libs/listing reads
// it; what is wrong with one comes back as VALIDATION_FAILED.
type Reader interface {
	// User gives a live user, or directory.ErrUserNotFound.
	User(ctx context.Context, id int64) (usersapi.User, error)
	// UserWithProperties is User with the custom properties.
	UserWithProperties(ctx context.Context, id int64) (directory.UserWithProperties, error)
	Users(ctx context.Context, u *url.URL) (listing.Page[usersapi.User], error)
	// UsersToEverybody is Users for those who may not filter by properties: directory.ErrAdminOnly when the URL does.
	UsersToEverybody(ctx context.Context, u *url.URL) (listing.Page[usersapi.User], error)
	Requests(ctx context.Context, u *url.URL) (listing.Page[directory.ListedRequest], error)
	// OwnRequests gives the requests of one user, without the codes.
	OwnRequests(ctx context.Context, userID int64, u *url.URL) (listing.Page[directory.ListedRequest], error)
}

// API is what the routes need.
type API struct {
	Service *directory.Service
	Reader  Reader
	Auth    *web.Authenticator
	// Services lets other services in.
	Services web.ServiceTokens
	// AdminsOnly keeps users from seeing each other (setting DIRECTORY_VISIBILITY, contract section 2).
	AdminsOnly bool
}

// Mount adds the routes.
func (a *API) Mount(e *gin.Engine) {
	users := e.Group("/api/users")
	users.GET("", a.Auth.User, a.visible, a.listUsers)
	users.GET("/me", a.Auth.User, a.me)
	users.PUT("/me", a.Auth.User, a.updateMe)
	users.POST("/me/verify-update", a.Auth.User, a.confirmEmailChange)
	users.PUT("/me/verify-update", a.Auth.User, a.confirmEmailChange)
	users.GET("/verification-requests", a.Auth.User, a.listRequests)
	users.POST("/verification-requests/resend-email", a.Auth.User, a.resendCodes)
	users.PUT("/verification-requests/new-request-code", a.Auth.User, a.renewCodes)
	users.POST("/verification-requests/new-request-code", a.Auth.User, a.renewCodes)
	users.DELETE("/verification-requests/:id", a.Auth.Admin, a.dropRequest)
	users.GET("/:id", a.Auth.User, a.visible, a.getUser)
	users.PUT("/:id", a.Auth.Admin, a.updateUser)
	users.DELETE("/:id", a.Auth.User, a.deleteUser)

	e.POST("/api/auth/verify-email", a.verifyEmail)
	e.POST("/api/auth/resend-verification", a.resendVerification)

	e.GET("/internal/users/:id/mail", a.Services.Only, a.awaitMail)
}

// visible lets through whoever may see the user, or users, asked for.
func (a *API) visible(c *gin.Context) {
	p := web.CurrentPrincipal(c)
	if a.AdminsOnly && !p.IsAdmin() && c.Param("id") != idText(p.UserID) {
		web.Fail(c, web.ErrAdminOnly)
	}
}
