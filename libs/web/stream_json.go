package web

import (
	"bufio"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
)

// jsonBuffer is how much of a streamed answer is held before the first byte is sent: an error until then is answered as usual.
const jsonBuffer = 64 << 10

// StreamJSON answers with the JSON that produce writes. An error after the first byte was sent cuts the connection, so that nobody
// takes a part for the whole.
func StreamJSON(c *gin.Context, produce func(w io.Writer) error) {
	c.Header("Content-Type", "application/json; charset=utf-8")
	out := bufio.NewWriterSize(c.Writer, jsonBuffer)
	err := produce(out)
	if err == nil {
		c.Status(http.StatusOK)
		err = out.Flush()
	}
	switch {
	case err == nil:
	case !c.Writer.Written():
		Fail(c, err)
	default:
		loggerOf(c).WarnContext(c.Request.Context(), "an answer was cut off", "route", c.FullPath(), "error", err)
		panic(http.ErrAbortHandler)
	}
}
