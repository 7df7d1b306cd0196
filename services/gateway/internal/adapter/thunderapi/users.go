package thunderapi

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"muster/services/gateway/internal/thunder"
)

// create handles POST /users.
func (a *api) create(c *gin.Context) {
	user, err := readUser(c)
	if err != nil {
		a.fail(c, nil, err)
		return
	}
	answer, err := a.service.Create(c.Request.Context(), user)
	a.finish(c, http.StatusCreated, user.Address(), answer, err)
}

// update handles PUT /users.
func (a *api) update(c *gin.Context) {
	q, err := readQuery(c)
	if err != nil {
		a.fail(c, nil, err)
		return
	}
	address := q.address()
	user, err := readUser(c)
	if err != nil {
		a.fail(c, address, err)
		return
	}
	answer, err := a.service.Update(c.Request.Context(), caller(c), address, user)
	if address == nil {
		address = user.Address()
	}
	a.finish(c, http.StatusOK, address, answer, err)
}

// change handles the other routes about a user that an application names.
func (a *api) change(do func(*thunder.Service, context.Context, thunder.Caller, string) (thunder.Answer, error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		q, err := readQuery(c)
		if err != nil {
			a.fail(c, nil, err)
			return
		}
		answer, err := do(a.service, c.Request.Context(), caller(c), q["email"])
		a.finish(c, http.StatusOK, q.address(), answer, err)
	}
}

// finish answers with the user or the error of an operation.
func (a *api) finish(c *gin.Context, status int, address *string, answer thunder.Answer, err error) {
	a.mark(c, answer.Lacking)
	if err != nil {
		a.fail(c, address, err)
		return
	}
	a.answer(c, status, answer)
}
