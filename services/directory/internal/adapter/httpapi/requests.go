package httpapi

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
	"muster/libs/web"
	"muster/services/directory/internal/directory"
)

// requestObject is the verification request object of contract section 4.3.
type requestObject struct {
	ID        int64     `json:"id"`
	UserID    int64     `json:"userId"`
	TypeCode  string    `json:"requestTypeCode"`
	TypeName  string    `json:"requestTypeName"`
	Code      *string   `json:"verificationCode"`
	CreatedOn time.Time `json:"createdOn"`
	Attempts  int       `json:"attempts"`
	Username  string    `json:"username"`
	Email     string    `json:"email"`
	FirstName *string   `json:"firstName"`
	LastName  *string   `json:"lastName"`
	IsActive  bool      `json:"isActive"`
}

// listRequests shows administrators all requests, and everybody else their own without the codes: a code shown to
// another user is an account takeover, and one shown to its user verifies an address nobody can read.
func (a *API) listRequests(c *gin.Context) {
	var (
		page listing.Page[directory.ListedRequest]
		err  error
	)
	if p := web.CurrentPrincipal(c); p.IsAdmin() {
		page, err = a.Reader.Requests(c.Request.Context(), c.Request.URL)
	} else {
		page, err = a.Reader.OwnRequests(c.Request.Context(), p.UserID, c.Request.URL)
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	page.WriteHeaders(c.Writer.Header())
	c.JSON(http.StatusOK, listing.Map(page, func(r directory.ListedRequest) requestObject { return requestObject(r) }))
}
