package listing

import (
	"fmt"
	"net/http"
	"strconv"
)

// The headers of a list's response. Accept-Range is spelled as the contract spells it.
const (
	headerContentRange = "Content-Range"
	headerAcceptRange  = "Accept-Range"
	headerTotal        = "X-Total-Count"
	headerExpose       = "Access-Control-Expose-Headers"

	exposed = headerContentRange + ", " + headerTotal
)

func writeHeaders(h http.Header, offset int64, rows int, total int64) {
	stretch := "*"
	if rows > 0 {
		stretch = fmt.Sprintf("%d-%d", offset, offset+int64(rows)-1)
	}
	h.Set(headerContentRange, fmt.Sprintf("items %s/%d", stretch, total))
	h.Set(headerAcceptRange, "items")
	h.Set(headerTotal, strconv.FormatInt(total, 10))
	if h.Get(headerExpose) == "" {
		h.Set(headerExpose, exposed)
	}
}
