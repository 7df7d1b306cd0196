package inbox

import (
	"context"
	"time"

	"github.com/segmentio/kafka-go"
)

// reader is the part of kafka.Reader that a feed uses.
type reader interface {
	FetchMessage(ctx context.Context) (kafka.Message, error)
	Close() error
}

// openReader opens a plain reader of one partition: no group, no commits.
func (c *Consumer) openReader(l lane, offset int64) reader {
	r := kafka.NewReader(kafka.ReaderConfig{
		Brokers: c.config.Brokers, Topic: l.topic, Partition: l.partition, Dialer: c.cluster.dialer(),
		MinBytes: 1, MaxBytes: batchBytes, MaxWait: time.Second, ReadBatchTimeout: 5 * time.Second, QueueCapacity: 100,
		ReadBackoffMin: 50 * time.Millisecond, ReadBackoffMax: time.Second, ReadLagInterval: -1,
		OffsetOutOfRangeError: true, MaxAttempts: 3,
	})
	_ = r.SetOffset(offset) // It fails only on readers of groups and on closed ones.
	return r
}

// feed reads ahead. The next batch gathers while the current one is applied: batches grow under load, and a single
// record does not wait for more.
type feed struct {
	reader   reader
	messages chan kafka.Message
	failure  chan error
	cancel   context.CancelFunc
	holes    bool           // the topic is compacted, so holes in the log are normal
	last     *kafka.Message // taken from messages, but not yet part of a batch
}

func (c *Consumer) openFeed(l lane, offset int64) *feed {
	ctx, cancel := context.WithCancel(context.Background())
	f := &feed{
		reader: c.read(l, offset), cancel: cancel, holes: c.state[l.topic],
		messages: make(chan kafka.Message, batchRecords), failure: make(chan error, 1),
	}
	go f.pump(ctx, offset)
	return f
}

// pump moves messages from the reader to the channel until either fails. It drops messages from before the offset and
// duplicates.
func (f *feed) pump(ctx context.Context, offset int64) {
	for {
		message, err := f.reader.FetchMessage(ctx)
		if err != nil {
			f.failure <- err
			return
		}
		if message.Offset < offset {
			continue
		}
		offset = message.Offset + 1
		select {
		case f.messages <- message:
		case <-ctx.Done():
			return
		}
	}
}

// close closes the reader without waiting: it may be blocked in the network.
func (f *feed) close() {
	f.cancel()
	go func() { _ = f.reader.Close() }()
}

// next waits for a record and returns it with all records that are available after it, up to an unexpected hole. The
// error is the reason to restart the partition, or that ctx is done.
func (f *feed) next(ctx context.Context, p *partition) ([]kafka.Message, error) {
	if f.last == nil {
		select {
		case message := <-f.messages:
			f.last = &message
		case err := <-f.failure:
			return nil, err
		case err := <-p.kick:
			return nil, err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	batch := []kafka.Message{*f.last}
	size := len(f.last.Value)
	f.last = nil
	for len(batch) < batchRecords {
		select {
		case message := <-f.messages:
			hole := !f.holes && message.Offset != batch[len(batch)-1].Offset+1
			if size += len(message.Value); size > batchBytes || hole {
				f.last = &message
				return batch, nil
			}
			batch = append(batch, message)
		default:
			return batch, nil
		}
	}
	return batch, nil
}
