package httpapi

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"muster/libs/causal"
	"muster/libs/usersapi"
	"muster/libs/web"
	"muster/services/directory/internal/directory"
)

func idText(id int64) string { return strconv.FormatInt(id, 10) }

// listUsers allows only administrators to filter by properties: other users could guess values letter by letter.
func (a *api) listUsers(c *gin.Context) {
	list := a.Reader.UsersToEverybody
	if web.CurrentPrincipal(c).IsAdmin() {
		list = a.Reader.Users
	}
	page, err := list(c.Request.Context(), c.Request.URL)
	if err != nil {
		web.Fail(c, err)
		return
	}
	web.List(c, page)
}

func (a *api) me(c *gin.Context) { a.answerUser(c, web.CurrentPrincipal(c).UserID) }

func (a *api) getUser(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	a.answerUser(c, id)
}

func (a *api) answerUser(c *gin.Context, id int64) {
	asked, err := asksForProperties(c.Request.URL)
	if err != nil {
		web.Fail(c, err)
		return
	}
	if asked {
		a.answerUserWithProperties(c, id)
		return
	}
	u, err := a.Reader.User(c.Request.Context(), id)
	if err != nil {
		web.Fail(c, err)
		return
	}
	c.JSON(http.StatusOK, u)
}

func (a *api) updateUser(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	change, err := bindChange(c)
	if err != nil {
		web.Fail(c, err)
		return
	}
	u, err := a.Service.UpdateUser(c.Request.Context(), actor(c), id, change)
	if err != nil {
		web.Fail(c, err)
		return
	}
	a.wroteUser(c, u)
}

// wrote tells the gateway the new versions of users.
func wrote(c *gin.Context, users ...directory.User) {
	for _, u := range users {
		web.Wrote(c, causal.Write{Aggregate: causal.User, UserID: u.ID, Version: u.Version})
	}
}

// wroteUser answers a write with the resulting user.
func (a *api) wroteUser(c *gin.Context, u directory.User) {
	wrote(c, u)
	c.JSON(http.StatusOK, userObject(u))
}

func (a *api) deleteUser(c *gin.Context) {
	id, err := web.PathID(c, "id")
	if err != nil {
		web.Fail(c, err)
		return
	}
	u, err := a.Service.DeleteUser(c.Request.Context(), actor(c), id)
	if err != nil {
		web.Fail(c, err)
		return
	}
	wrote(c, u)
	web.Deleted(c, id)
}

// actor returns the caller of the request.
func actor(c *gin.Context) directory.Actor { return actorOf(c, web.CurrentPrincipal(c)) }

func actorOf(c *gin.Context, p web.Principal) directory.Actor {
	return directory.Actor{UserID: p.UserID, Admin: p.IsAdmin(), SessionID: p.SessionID, Network: network(c), Fresh: p.Fresh(time.Now())}
}

// userObject returns the user object of contract section 4.1.
func userObject(u directory.User) usersapi.User { return usersapi.FromRecord(u.Record()) }
