package ops

import (
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"muster/libs/errs"
	"muster/libs/inbox"
	"muster/libs/web"
)

func (d *desk) listParked(c *gin.Context, _ func(...any)) (any, error) {
	after, limit, err := page(c)
	if err != nil {
		return nil, err
	}
	rows, err := d.Consumer.Parked(c.Request.Context(), after, limit)
	return paged(rows, limit, parked, func(r inbox.ParkedRecord) int64 { return r.ID }), err
}

func parked(r inbox.ParkedRecord) ParkedRecord { return ParkedRecord(r) }

func (d *desk) showParked(c *gin.Context, _ func(...any)) (any, error) {
	id, err := web.PathID(c, "id")
	if err != nil {
		return nil, err
	}
	record, content, found, err := d.Consumer.FindParked(c.Request.Context(), id)
	if err != nil || !found {
		return nil, orMissing(err, ErrParkedNotFound)
	}
	shown := ParkedContent{ParkedRecord: parked(record), Headers: []Header{}, Payload: payload(content.Payload)}
	for _, h := range content.Headers {
		shown.Headers = append(shown.Headers, Header(h))
	}
	return shown, nil
}

// payload returns the content of a record, as text if it is UTF-8.
func payload(data []byte) Payload {
	if utf8.Valid(data) {
		return Payload{Text: string(data)}
	}
	return Payload{Base64: data}
}

func (d *desk) replayParked(c *gin.Context, note func(...any)) (any, error) {
	id, err := web.PathID(c, "id")
	if err != nil {
		return nil, err
	}
	applied, left, found, err := d.Consumer.Replay(c.Request.Context(), id)
	if err != nil || !found {
		return nil, orMissing(err, ErrParkedNotFound)
	}
	note("applied", applied, "left", left)
	return Replayed{Applied: applied, Left: left}, nil
}

// replayBatch is the number of records that one request replays, so that it finishes in time.
const replayBatch = 200

func (d *desk) replayAll(c *gin.Context, note func(...any)) (any, error) {
	after, _, err := page(c)
	if err != nil {
		return nil, err
	}
	applied, left, next, err := d.Consumer.ReplayAfter(c.Request.Context(), after, replayBatch)
	note("after", after, "applied", applied, "left", left)
	return Replayed{applied, left, next}, err
}

func (d *desk) dropParked(c *gin.Context, _ func(...any)) (any, error) {
	id, err := web.PathID(c, "id")
	if err != nil {
		return nil, err
	}
	dropped, err := d.Consumer.Drop(c.Request.Context(), id)
	if err != nil || !dropped {
		return nil, orMissing(err, ErrParkedNotFound)
	}
	return nil, nil
}

// orMissing returns err, or the error for an id that does not exist.
func orMissing(err error, missing *errs.Error) error {
	if err != nil {
		return err
	}
	return missing
}
