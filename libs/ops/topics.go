package ops

import (
	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/inbox"
	"muster/libs/web"
)

func (d *desk) listTopics(c *gin.Context, _ func(...any)) (any, error) {
	positions, err := d.Consumer.Positions(c.Request.Context())
	return positionsPage(positions), err
}

func positionsPage(positions []inbox.Position) Page[Position] {
	p := Page[Position]{Data: make([]Position, len(positions))}
	for i, position := range positions {
		p.Data[i] = Position(position)
	}
	return p
}

func (d *desk) rewindTopic(c *gin.Context, note func(...any)) (any, error) {
	topic := c.Param("topic")
	note("topic", printable(topic))
	to, err := web.Bind[Rewind](c)
	if err != nil {
		return nil, err
	}
	note("target", to)
	targets := 0
	for _, given := range []bool{to.To != "", to.Offset != nil, to.Time != nil} {
		if given {
			targets++
		}
	}
	if targets != 1 || (to.To != "" && to.To != Earliest) {
		return nil, errs.InvalidField("to", "must be earliest, or left out for either offset or time")
	}
	if to.Offset != nil && to.Partition == nil {
		return nil, errs.InvalidField("partition", "is required with an offset")
	}
	after, err := d.Consumer.Rewind(c.Request.Context(), topic, to.Partition, inbox.Target{Offset: to.Offset, Time: to.Time})
	return positionsPage(after), err
}

func (d *desk) resumeTopic(c *gin.Context, note func(...any)) (any, error) {
	topic := c.Param("topic")
	note("topic", printable(topic))
	which, err := web.Bind[Resume](c)
	if err != nil {
		return nil, err
	}
	resumed, err := d.Consumer.Resume(c.Request.Context(), topic, which.Partition)
	note("resumed", len(resumed))
	return positionsPage(resumed), err
}
