package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"

	"muster/libs/internal/wait"
)

// participate is a membership of the group: it lasts until ctx is done or somebody asks for joining again. The error is
// of the configuration.
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
			c.log.DebugContext(ctx, "the group rebalances again")
		case err != nil:
			c.log.WarnContext(ctx, "cannot join the consumer group; trying again", "error", err)
		default:
			c.begin(ctx, generation)
		}
	}
	return nil
}

// leave waits for the batches under way and tells the group that we go.
func (c *Consumer) leave(group *kafka.ConsumerGroup) {
	left := make(chan struct{})
	go func() {
		_ = group.Close() // It never fails.
		close(left)
	}()
	select {
	case <-left:
	case <-time.After(closeTimeout):
		c.log.Warn("the broker does not let us leave the group; it will notice by itself")
	}
}

// awaitTopics waits until the owners of the topics have created them. Joining earlier could create them without their
// settings. It reports false when ctx ended before.
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

// begin starts a worker for each partition that a generation of the group assigns to us.
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
			c.unassign(p)
		})
	}
	generation.Start(func(ctx context.Context) {
		c.commit(ctx, generation, partitions)
		c.generation.CompareAndSwap(number, 0)
	})
}

// assign takes note of our partitions and returns the number of the generation that is in force from now on.
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

func (c *Consumer) unassign(p *partition) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.assigned[p.lane] == p {
		delete(c.assigned, p.lane)
		delete(c.stopped, p.lane)
	}
}

// commit tells Kafka now and then how far we are, so that its tools show the lag. Nothing depends on it.
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
