// Package causal makes writes visible before they are answered (deploy/adr/0004).
//
// Each service numbers the states of its aggregate of a user: a change makes the next version. A service answers a write
// with the versions that it produced ([Write], in the header [HeaderWrote]). Each state record says which of its changes
// others act on, and how far its own service has followed the others ([State]). From the states that have arrived
// ([Progress]) the gateway tells whether a write has taken effect everywhere, and holds the answer until it has ([Await]).
package causal

import (
	"fmt"
	"strconv"
	"strings"
)

// The internal headers. The gateway takes them off what clients send and what they receive.
const (
	// HeaderWrote is on a service's answer: the versions that the request produced, such as "user/42@7".
	HeaderWrote = "X-Muster-Wrote"
	// HeaderUserVersion is on a request to a service: the version of the user that the gateway let in. A service whose
	// copy of the user is older waits for that version before it answers.
	HeaderUserVersion = "X-Muster-User-Version"
)

// Aggregate is a kind of state. There is one of each kind a user.
type Aggregate string

// The aggregates and their owners.
const (
	Account      Aggregate = "account"      // identity
	User         Aggregate = "user"         // directory
	Subscription Aggregate = "subscription" // billing
)

// Write is a version that a request has produced.
type Write struct {
	Aggregate Aggregate `json:"aggregate"`
	UserID    int64     `json:"userId"`
	Version   int64     `json:"version"`
}

// String is the wire form of the write: "user/42@7".
func (w Write) String() string { return fmt.Sprintf("%s/%d@%d", w.Aggregate, w.UserID, w.Version) }

// ParseWrites reads wire forms, as many to a value as commas separate. It leaves out what it cannot read: during an upgrade a
// newer service may send what this release does not know.
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
