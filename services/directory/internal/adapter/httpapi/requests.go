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

// listRequests returns all requests to administrators, and to other users their own requests without the codes. A code
// shown to another user allows an account takeover. A code shown to its user would verify an address that the user
// cannot read.
func (a *api) listRequests(c *gin.Context) {
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
	web.List(c, listing.Map(page, func(r directory.ListedRequest) requestObject { return requestObject(r) }))
}

// getRequest returns one request under the rules of listRequests. A request of another user is not found, except for
// administrators.
func (a *api) getRequest(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	r, err := a.Reader.Request(c.Request.Context(), id)
	if p := web.CurrentPrincipal(c); err == nil && !p.IsAdmin() {
		r.Code = nil
		if r.UserID != p.UserID {
			err = directory.ErrRequestNotFound
		}
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, requestObject(r))
}

// done is the answer to a batch.
type done struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

type resendBody struct {
	Emails []string `json:"emails" jsonschema:"required,minItems=1,maxItems=100"`
}

func (a *api) resendCodes(c *gin.Context) {
	b, err := web.Bind[resendBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	changed, err := a.Service.ResendCodes(c.Request.Context(), actor(c), b.Emails)
	wrote(c, changed...)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, done{http.StatusOK, "Successfully sent verification codes."})
}

type renewBody struct {
	List []codeOrder `json:"userReqList" jsonschema:"required,minItems=1,maxItems=100"`
}

type codeOrder struct {
	UserID   int64  `json:"userId" jsonschema:"required,minimum=1"`
	TypeCode string `json:"request_type_code" jsonschema:"required"`
}

type renewedCode struct {
	UserID   int64   `json:"userId"`
	Code     *string `json:"verificationCode" jsonschema_description:"Null for everybody but administrators."`
	TypeCode string  `json:"requestType"`
}

type renewedBody struct {
	done
	Codes []renewedCode `json:"verificationCodes"`
}

// renewCodes shows the codes to administrators only, for the same reason as listRequests.
func (a *api) renewCodes(c *gin.Context) {
	b, err := web.Bind[renewBody](c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	orders := make([]directory.CodeOrder, len(b.List))
	for i, o := range b.List {
		orders[i] = directory.CodeOrder(o)
	}
	renewed, changed, err := a.Service.RenewCodes(c.Request.Context(), actor(c), orders)
	if err != nil {
		web.Fail(c, err)
		return
	}
	wrote(c, changed...)
	codes := make([]renewedCode, len(renewed))
	for i, r := range renewed {
		codes[i] = renewedCode{UserID: r.UserID, TypeCode: r.TypeCode}
		if actor(c).Admin {
			codes[i].Code = &r.Code
		}
	}
	c.JSON(http.StatusOK, renewedBody{done{http.StatusOK, "Successfully created new verification requests."}, codes})
}

func (a *api) dropRequest(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	changed, err := a.Service.DropRequest(c.Request.Context(), actor(c), id)
	if err != nil {
		web.Fail(c, err)
		return
	}
	wrote(c, changed...)
	web.Deleted(c, id)
}
