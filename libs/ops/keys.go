package ops

import (
	"context"

	"github.com/gin-gonic/gin"
)

// Keys gives operators access to the keys that sign access tokens.
type Keys struct {
	// List returns the keys, ordered by the time from which they sign.
	List func(ctx context.Context) ([]SigningKey, error)
	// Rotate publishes a new key, unless one that does not sign yet is there, and returns the keys.
	Rotate func(ctx context.Context) ([]SigningKey, error)
}

func (d *desk) listKeys(c *gin.Context, _ func(...any)) (any, error) {
	keys, err := d.Keys.List(c.Request.Context())
	return Page[SigningKey]{Data: keys}, err
}

func (d *desk) rotateKeys(c *gin.Context, note func(...any)) (any, error) {
	keys, err := d.Keys.Rotate(c.Request.Context())
	if err == nil && len(keys) > 0 {
		note("key", keys[len(keys)-1].ID)
	}
	return Page[SigningKey]{Data: keys}, err
}
