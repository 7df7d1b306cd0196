package ops

import (
	"github.com/gin-gonic/gin"

	"muster/libs/web"
)

func (d *desk) listTasks(c *gin.Context, _ func(...any)) (any, error) {
	after, limit, err := page(c)
	if err != nil {
		return nil, err
	}
	rows, err := d.Tasks.List(c.Request.Context(), c.DefaultQuery("state", "dead"), after, limit)
	return paged(rows, limit, func(t Task) Task { return t }, func(t Task) int64 { return t.ID }), err
}

func (d *desk) replayTask(c *gin.Context, _ func(...any)) (any, error) {
	id, err := web.PathID(c, "id")
	if err != nil {
		return nil, err
	}
	replayed, err := d.Tasks.Replay(c.Request.Context(), id)
	if err != nil || !replayed {
		return nil, orMissing(err, ErrTaskNotFound)
	}
	return nil, nil
}
