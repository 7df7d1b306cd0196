package httpapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/web"
	"muster/services/identity/internal/identity"
)

// maxLegacyUsers is the maximum number of rows in one request.
const maxLegacyUsers = 500

type legacyUsersBody struct {
	DryRun bool         `json:"dryRun"`
	Users  []legacyUser `json:"users"`
}

type legacyUser struct {
	LegacyUserID  int64     `json:"legacyUserId"`
	Email         string    `json:"email"`
	Username      *string   `json:"username"`
	FirstName     *string   `json:"firstName"`
	LastName      *string   `json:"lastName"`
	CreatedAt     time.Time `json:"createdAt"`
	EmailVerified bool      `json:"emailVerified"`
	PasswordHash  *string   `json:"passwordHash"`
	Activate      bool      `json:"activate"`
}

type legacyUsersAnswer struct {
	Results []legacyUserResult `json:"results"`
}

// legacyUserResult is the outcome of one row. Code and Message are empty unless the row failed.
type legacyUserResult struct {
	LegacyUserID int64            `json:"legacyUserId"`
	Outcome      identity.Outcome `json:"outcome"`
	UserID       *int64           `json:"userId"`
	Code         string           `json:"code"`
	Message      string           `json:"message"`
}

// importLegacyUsers answers 200 even when rows failed, because each row has its own result.
func (a *api) importLegacyUsers(c *gin.Context) {
	body, err := web.Bind[legacyUsersBody](c)
	if err == nil && len(body.Users) > maxLegacyUsers {
		err = errs.InvalidField("users", "must be at most "+strconv.Itoa(maxLegacyUsers))
	}
	if err != nil {
		web.Fail(c, err)
		return
	}
	users := make([]identity.LegacyUser, len(body.Users))
	for i, u := range body.Users {
		users[i] = identity.LegacyUser{
			ID: u.LegacyUserID, Email: u.Email, Username: u.Username, FirstName: u.FirstName, LastName: u.LastName,
			CreatedAt: u.CreatedAt, EmailVerified: u.EmailVerified, PasswordHash: u.PasswordHash, Activate: u.Activate,
		}
	}
	imported, err := a.service.ImportLegacy(c.Request.Context(), users, body.DryRun)
	if err != nil {
		web.Fail(c, err)
		return
	}
	answer := legacyUsersAnswer{make([]legacyUserResult, len(imported))}
	for i, r := range imported {
		answer.Results[i] = legacyResultOf(r)
	}
	c.JSON(http.StatusOK, answer)
}

func legacyResultOf(r identity.Imported) legacyUserResult {
	result := legacyUserResult{LegacyUserID: r.LegacyUserID, Outcome: r.Outcome}
	if r.UserID != 0 {
		result.UserID = &r.UserID
	}
	if r.Err != nil {
		e := errs.From(r.Err)
		result.Code, result.Message = e.Code, e.Message
	}
	return result
}
