package web

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
)

// HeaderWrote is the internal header by which a service tells the gateway which versions a write produced, such as
// "user/42@7". The gateway waits for them before it answers, and takes the header off.
const HeaderWrote = "X-Muster-Wrote"

// HeaderUser is the internal header by which a service tells the gateway whom an answer concerns: the user id in
// decimal. The gateway completes a signed-in answer with that user and takes the header off.
const HeaderUser = "X-Muster-User"

// HeaderClientIP is the internal header by which the gateway tells a service where a request came from. The gateway
// overwrites what a client sends under this name.
const HeaderClientIP = "X-Muster-Client-IP"

// HeaderUserVersion is the internal header by which the gateway tells a service which version of the user let the caller in.
// A service whose copy is older waits for that version before it answers.
const HeaderUserVersion = "X-Muster-User-Version"

// HeaderWebhook is the internal header by which billing names the webhook event that it has accepted. The gateway holds
// the answer until that event has been handled.
const HeaderWebhook = "X-Muster-Webhook"

// Aggregate is a kind of state record.
type Aggregate string

// The aggregates whose versions a write can produce.
const (
	Account      Aggregate = "account"
	User         Aggregate = "user"
	Subscription Aggregate = "subscription"
)

// Write is a version that a write produced.
type Write struct {
	Aggregate Aggregate
	UserID    int64
	Version   int64
}

// Wrote notes on the response that the request produced this version of the user's aggregate.
func Wrote(c *gin.Context, a Aggregate, userID, version int64) {
	c.Writer.Header().Add(HeaderWrote, fmt.Sprintf("%s/%d@%d", a, userID, version))
}

// ParseWrites reads the values of [HeaderWrote]. What it can't read it leaves out: the header is between services of
// one release.
func ParseWrites(values []string) []Write {
	var writes []Write
	for v := range strings.SplitSeq(strings.Join(values, ","), ",") {
		aggregate, rest, ok1 := strings.Cut(strings.TrimSpace(v), "/")
		id, version, ok2 := strings.Cut(rest, "@")
		if !ok1 || !ok2 {
			continue
		}
		userID, err1 := strconv.ParseInt(id, 10, 64)
		n, err2 := strconv.ParseInt(version, 10, 64)
		if err1 == nil && err2 == nil {
			writes = append(writes, Write{Aggregate(aggregate), userID, n})
		}
	}
	return writes
}
