package web

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
)

// List answers with a page of a list (contract section 4): {"data":[…],"total":42}, or only the array for "Prefer:
// list=array". The headers are the same.
func List[T any](c *gin.Context, page listing.Page[T]) {
	page.WriteHeaders(c.Writer.Header())
	if prefers(c, "list", "array") {
		c.JSON(http.StatusOK, page.Rows())
		return
	}
	page.Data = page.Rows()
	c.JSON(http.StatusOK, page)
}

// Deleted answers a DELETE: 204, or 200 with {"id":7} for "Prefer: return=representation".
func Deleted(c *gin.Context, id int64) {
	if prefers(c, "return", "representation") {
		c.JSON(http.StatusOK, gin.H{"id": id})
		return
	}
	NoContent(c)
}

// prefers reports whether the client prefers name=value (RFC 7240). It confirms that in Preference-Applied, and sets
// Vary for caches.
func prefers(c *gin.Context, name, value string) bool {
	c.Writer.Header().Add("Vary", "Prefer")
	for preference := range strings.SplitSeq(strings.Join(c.Request.Header.Values("Prefer"), ","), ",") {
		preference, _, _ = strings.Cut(preference, ";") // drop the preference's parameters; none is supported
		n, v, _ := strings.Cut(preference, "=")
		if !strings.EqualFold(strings.TrimSpace(n), name) {
			continue
		}
		// If a preference is given twice, the first one counts (RFC 7240, section 2).
		applied := strings.Trim(strings.TrimSpace(v), `"`) == value
		if applied {
			c.Writer.Header().Add("Preference-Applied", name+"="+value)
		}
		return applied
	}
	return false
}
