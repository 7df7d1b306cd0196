// Package causal makes the effects of a write visible before the write is answered (deploy/adr/0004).
//
// Each service has one aggregate per user and numbers its versions. A service answers a write with the versions that it
// produced ([Write], in the header [HeaderWrote]). Each state record says which of its changes other services act on,
// and which versions of the other services its own service has applied ([State]). From the states that have arrived
// ([Progress]) the gateway knows whether a write has taken effect everywhere. It holds the answer until then ([Await]).
package causal

import (
	"fmt"
	"strconv"
	"strings"
)

// The internal headers. The gateway removes them from client requests and from answers to clients.
const (
	// HeaderWrote is in a service's answer: the versions that the request produced, such as "user/42@7".
	HeaderWrote = "X-Muster-Wrote"
	// HeaderUserVersion is in a request to a service: the user's version when the gateway authenticated the request. A
	// service with an older copy of the user waits for that version before it answers.
	HeaderUserVersion = "X-Muster-User-Version"
)

// HeaderConsistency is [ConsistencyPending] on the gateway's answer to a write that had not taken effect everywhere within
// the consistency wait. Other answers do not have the header.
const (
	HeaderConsistency  = "X-Consistency"
	ConsistencyPending = "pending"
)

// Aggregate is a kind of state. Each user has at most one aggregate of each kind.
type Aggregate string

// The aggregates and their owners.
const (
	Account      Aggregate = "account"      // identity
	User         Aggregate = "user"         // directory
	Subscription Aggregate = "subscription" // billing
)

// Write is a version that a request produced.
type Write struct {
	Aggregate Aggregate `json:"aggregate"`
	UserID    int64     `json:"userId"`
	Version   int64     `json:"version"`
}

// String is the wire form of the write: "user/42@7".
func (w Write) String() string { return fmt.Sprintf("%s/%d@%d", w.Aggregate, w.UserID, w.Version) }

// ParseWrites parses wire forms, several per value if separated by commas. It skips what it cannot parse: during an
// upgrade a newer service may send forms that this release does not know.
func ParseWrites(values []string) []Write {
	var writes []Write
	for text := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if w, ok := parseWrite(strings.TrimSpace(text)); ok {
			writes = append(writes, w)
		}
	}
	return writes
}

func parseWrite(text string) (Write, bool) {
	aggregate, rest, slash := strings.Cut(text, "/")
	id, version, at := strings.Cut(rest, "@")
	userID, err1 := strconv.ParseInt(id, 10, 64)
	n, err2 := strconv.ParseInt(version, 10, 64)
	return Write{Aggregate(aggregate), userID, n}, slash && at && err1 == nil && err2 == nil
}
