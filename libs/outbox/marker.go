package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"

	"muster/libs/contracts"
)

const (
	quietCheck = time.Hour   // between looks for quiet partitions
	quietRetry = time.Minute // after a look that failed
)

// markQuiet writes a marker to each partition of the service's state topics that has had no record for a while. A broker
// closes a segment only when it appends to the partition, and never compacts the open one: without the marker, the last
// records before a pause would stay, also those of users who have been deleted since.
//
// A marker is a record with a key of its own and no value and headers. Compaction keeps one of a partition at most.
func (r *Relay) markQuiet(ctx context.Context, p *publisher) (pause time.Duration) {
	quiet, err := r.quietPartitions(ctx)
	var messages []kafka.Message
	for topic, partitions := range quiet {
		for _, partition := range partitions {
			messages = append(messages, kafka.Message{Topic: topic, Key: MarkerKey(partition)})
		}
	}
	for _, failure := range p.write(ctx, messages) {
		if failure != nil {
			err = failure
		}
	}
	if err != nil {
		r.log.WarnContext(ctx, "cannot write markers to quiet partitions; retrying", "error", err, "retry_in", quietRetry)
		return quietRetry
	}
	return quietCheck
}

// quietPartitions returns the partitions of state topics that hold records, but none of the last while, by the topic's
// name on the broker.
func (r *Relay) quietPartitions(ctx context.Context) (map[string][]int, error) {
	request := &kafka.ListOffsetsRequest{Topics: make(map[string][]kafka.OffsetRequest)}
	var names []string
	for topic, state := range r.state {
		if !state {
			continue
		}
		name := r.config.TopicPrefix + topic
		names = append(names, name)
		for partition := range contracts.Partitions {
			request.Topics[name] = append(request.Topics[name], kafka.LastOffsetOf(partition), kafka.TimeOffsetOf(partition, time.Now().Add(-r.quiet)))
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	transport := r.transport(names)
	defer transport.CloseIdleConnections()
	client := &kafka.Client{Addr: kafka.TCP(r.config.Brokers...), Transport: r.wrapped(transport), Timeout: 5 * time.Second}
	listed, err := client.ListOffsets(ctx, request)
	if err != nil {
		return nil, fmt.Errorf("look for quiet partitions: %w", err)
	}
	quiet := make(map[string][]int)
	for name, partitions := range listed.Topics {
		for _, p := range partitions {
			if p.Error != nil {
				return nil, fmt.Errorf("look for quiet partitions: %s/%d: %w", name, p.Partition, p.Error)
			}
			if p.LastOffset > 0 && !hasOffset(p) {
				quiet[name] = append(quiet[name], p.Partition)
			}
		}
	}
	return quiet, nil
}

// hasOffset reports whether the broker has found a record after the time asked for.
func hasOffset(p kafka.PartitionOffsets) bool {
	for offset := range p.Offsets {
		if offset >= 0 {
			return true
		}
	}
	return false
}

// MarkerKey returns the key of the markers in a partition.
func MarkerKey(partition int) []byte {
	partitions := make([]int, contracts.Partitions)
	for i := range partitions {
		partitions[i] = i
	}
	for n := 0; ; n++ {
		key := fmt.Appendf(nil, "marker/%d", n)
		if (kafka.Murmur2Balancer{}).Balance(kafka.Message{Key: key}, partitions...) == partition {
			return key
		}
	}
}
