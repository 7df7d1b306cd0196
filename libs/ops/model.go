package ops

import (
	"context"

	"github.com/gin-gonic/gin"
)

// Model gives operators access to a read model that can be built anew.
type Model struct {
	// Rebuild requests a new model, which is built beside the live one and replaces it. It returns at once.
	Rebuild func(ctx context.Context) error
	// Accept lets the new model replace the live one although it could not apply some records that the live one has.
	Accept func(ctx context.Context) error
	// State returns the state of the live model and of the one that is being built.
	State func(ctx context.Context) (ModelState, error)
}

func (d *desk) showModel(c *gin.Context, _ func(...any)) (any, error) {
	return d.Model.State(c.Request.Context())
}

func (d *desk) acceptModel(c *gin.Context, _ func(...any)) (any, error) {
	if err := d.Model.Accept(c.Request.Context()); err != nil {
		return nil, err
	}
	return d.Model.State(c.Request.Context())
}

func (d *desk) rebuildModel(c *gin.Context, _ func(...any)) (any, error) {
	if err := d.Model.Rebuild(c.Request.Context()); err != nil {
		return nil, err
	}
	return d.Model.State(c.Request.Context())
}
