package web

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"muster/libs/listing"
)

// List answers with a page of a list (contract section 4): {"data":[…],"total":42}, or with "Prefer: list=array" the array
// alone. The headers are the same.
func List[T any](c *gin.Context, page listing.Page[T]) {
	page.WriteHeaders(c.Writer.Header())
	if prefers(c, "list", "array") {
		c.JSON(http.StatusOK, page.Rows())
		return
	}
	c.JSON(http.StatusOK, page)
}

// Deleted answers a DELETE: 204, or with "Prefer: return=representation" 200 and what was deleted: {"id":7}.
func Deleted(c *gin.Context, id int64) {
	if prefers(c, "return", "representation") {
		c.JSON(http.StatusOK, gin.H{"id": id})
		return
	}
	NoContent(c)
}

// prefers says whether the client prefers name=value (RFC 7240). It tells the client so in Preference-Applied, and caches that the
// answer depends on it.
func prefers(c *gin.Context, name, value string) bool {
	c.Writer.Header().Add("Vary", "Prefer")
	for preference := range strings.SplitSeq(strings.Join(c.Request.Header.Values("Prefer"), ","), ",") {
		preference, _, _ = strings.Cut(preference, ";") // parameters of the preference, of which we know none
		n, v, _ := strings.Cut(preference, "=")
		if !strings.EqualFold(strings.TrimSpace(n), name) {
			continue
		}
		// Of a preference that is given twice the first counts (RFC 7240, section 2).
		applied := strings.Trim(strings.TrimSpace(v), `"`) == value
		if applied {
			c.Writer.Header().Add("Preference-Applied", name+"="+value)
		}
		return applied
	}
	return false
}
