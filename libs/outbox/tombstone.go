package outbox

import (
	"context"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
)

// bringTombstones sends a tombstone after each last state of a deleted user that the page has sent: compaction then
// forgets the user. A row whose tombstone is not acknowledged is sent again, with its tombstone.
func (p *publisher) bringTombstones(ctx context.Context, rows []row, result *outcome) {
	ended := p.ended(rows, result.sent)
	messages := make([]kafka.Message, len(ended))
	for i, r := range ended {
		messages[i] = Tombstone(p.relay.config.TopicPrefix, r.Event)
	}
	again := make(map[int64]bool)
	for i, err := range p.write(ctx, messages) {
		switch {
		case err == nil:
		case isPermanent(err):
			p.relay.log.ErrorContext(ctx, "the broker refuses a tombstone; the user stays in the log as deleted", "topic", messages[i].Topic, "key", ended[i].Key, "error", err)
		default:
			again[ended[i].id], result.err = true, err
		}
	}
	if len(again) == 0 {
		return
	}
	var sent []int64
	for _, id := range result.sent {
		if !again[id] {
			sent = append(sent, id)
		}
	}
	result.sent = sent
}

// ended returns the rows among those sent that end a state, except if a later row of the page has the same key.
func (p *publisher) ended(rows []row, sent []int64) (found []row) {
	type sequence struct{ topic, key string }
	newest := make(map[sequence]int64)
	for _, r := range rows {
		newest[sequence{r.Topic, r.Key}] = r.id
	}
	acknowledged := make(map[int64]bool, len(sent))
	for _, id := range sent {
		acknowledged[id] = true
	}
	for _, r := range rows {
		if acknowledged[r.id] && p.relay.state[r.Topic] && newest[sequence{r.Topic, r.Key}] == r.id && contracts.EndsState(r.Event) {
			found = append(found, r)
		}
	}
	return found
}
