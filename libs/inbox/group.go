package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"

	"muster/libs/internal/wait"
)

// participate is one membership of the group. It lasts until ctx is done or the consumer is told to rejoin. An error is
// a configuration error.
func (c *Consumer) participate(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, err := kafka.NewConsumerGroup(c.group)
	if err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	defer c.leave(group)
	go func() {
		select {
		case <-c.rejoin:
			cancel()
		case <-ctx.Done():
		}
	}()
	for ctx.Err() == nil {
		generation, err := group.Next(ctx)
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, kafka.RebalanceInProgress):
			c.log.DebugContext(ctx, "the consumer group is rebalancing")
		case err != nil:
			c.log.WarnContext(ctx, "cannot join the consumer group; retrying", "error", err)
		default:
			c.begin(ctx, generation)
		}
	}
	return nil
}

// leave waits for the current batches and leaves the group.
func (c *Consumer) leave(group *kafka.ConsumerGroup) {
	left := make(chan struct{})
	go func() {
		_ = group.Close() // It never fails.
		close(left)
	}()
	select {
	case <-left:
	case <-time.After(closeTimeout):
		c.log.Warn("cannot leave the consumer group in time; the broker will detect the loss by its session timeout")
	}
}

// awaitTopics waits until the topics' owners have created them. Joining earlier could create them with default
// settings. It returns false if ctx ends first.
func (c *Consumer) awaitTopics(ctx context.Context) bool {
	for attempt := 0; ctx.Err() == nil; attempt++ {
		missing, err := c.cluster.missing(ctx)
		if err == nil && missing == "" {
			return true
		}
		c.setBehind("topic " + missing + " does not exist yet")
		if attempt%50 == 20 {
			c.log.WarnContext(ctx, "waiting for a topic; its owner creates it when it starts", "topic", missing, "error", err)
		}
		_ = wait.Sleep(ctx, 100*time.Millisecond)
	}
	return false
}

// begin starts a worker for each assigned partition of a generation.
func (c *Consumer) begin(ctx context.Context, generation *kafka.Generation) {
	var partitions []*partition
	for topic, assignments := range generation.Assignments {
		for _, a := range assignments {
			partitions = append(partitions, newPartition(lane{topic, a.ID}))
		}
	}
	c.log.InfoContext(ctx, "partitions assigned", "generation", generation.ID, "count", len(partitions))
	number := c.assign(partitions)
	for _, p := range partitions {
		generation.Start(func(ctx context.Context) {
			c.consume(ctx, p)
			c.unassign(ctx, p)
		})
	}
	generation.Start(func(ctx context.Context) {
		c.commit(ctx, generation, partitions)
		c.generation.CompareAndSwap(number, 0)
	})
}

// assign stores the assigned partitions and returns the number of the new generation.
func (c *Consumer) assign(partitions []*partition) (generation int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.joined = true
	c.generations++
	c.generation.Store(c.generations)
	clear(c.stopped)
	for _, p := range partitions {
		c.assigned[p.lane] = p
	}
	return c.generations
}

func (c *Consumer) unassign(ctx context.Context, p *partition) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.assigned[p.lane] == p {
		delete(c.assigned, p.lane)
		delete(c.stopped, p.lane)
		c.meters.reportLag(ctx, p.lane, 0) // from now on another replica measures it
	}
}

// commit periodically commits the offsets to Kafka, so that its tools show the lag. Nothing else depends on it.
func (c *Consumer) commit(ctx context.Context, generation *kafka.Generation, partitions []*partition) {
	committed := make(map[lane]int64)
	for {
		_ = wait.Sleep(ctx, c.timing.commit)
		changed := make(map[string]map[int]int64)
		for _, p := range partitions {
			position := p.position.Load()
			if position < 0 || committed[p.lane] == position {
				continue
			}
			committed[p.lane] = position
			if changed[p.lane.topic] == nil {
				changed[p.lane.topic] = make(map[int]int64)
			}
			changed[p.lane.topic][p.lane.partition] = position
		}
		if err := generation.CommitOffsets(changed); err != nil {
			c.log.DebugContext(ctx, "cannot commit offsets to Kafka", "error", err)
		}
		if ctx.Err() != nil {
			return
		}
	}
}
