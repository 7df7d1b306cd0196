package inbox

import (
	"context"
	"time"

	"github.com/segmentio/kafka-go"

	"muster/libs/internal/wait"
)

// step is a record of a log, or the end of a batch that has no record there: then message is nil.
type step struct {
	message *kafka.Message
	next    int64 // the offset after it
	epoch   int32 // leader epoch of its batch
}

// portion is a part of a log. It has no messages if the log has no records there.
type portion struct {
	messages []kafka.Message
	next     int64 // the offset after it
	epoch    int32 // leader epoch of its last message
}

// feed reads ahead. The next portion gathers while the current one is applied: portions grow under load, and a single
// record does not wait for more.
type feed struct {
	source  source
	steps   chan step
	failure chan error
	cancel  context.CancelFunc
	last    *step // taken from steps, but not yet part of a portion
}

func (c *Consumer) openFeed(l lane, offset int64) *feed {
	ctx, cancel := context.WithCancel(context.Background())
	f := &feed{source: c.read(l), cancel: cancel, steps: make(chan step, batchRecords), failure: make(chan error, 1)}
	go f.pump(ctx, offset)
	return f
}

// pump moves records from the source to the channel until either fails. It drops records from before the offset. It
// ends when the partition gets another leader, or when nothing was asked of the broker for long, so that the log is
// verified again.
func (f *feed) pump(ctx context.Context, offset int64) {
	epoch, asked := int32(-1), time.Now()
	for {
		if time.Since(asked) > unwatched {
			f.failure <- errUnwatched
			return
		}
		begin := time.Now()
		batches, err := f.source.Fetch(ctx, offset)
		if err != nil {
			f.failure <- err
			return
		}
		asked = time.Now()
		if (len(batches) == 0 || batches[len(batches)-1].next <= offset) && asked.Sub(begin) < fetchPause && wait.Sleep(ctx, fetchPause) != nil {
			return
		}
		for _, batch := range batches {
			if batch.next <= offset {
				continue
			}
			if epoch >= 0 && batch.epoch != epoch {
				f.failure <- errNewLeader
				return
			}
			epoch = batch.epoch
			for _, s := range steps(batch, offset) {
				select {
				case f.steps <- s:
					offset = s.next
				case <-ctx.Done():
					return
				}
			}
		}
	}
}

// steps divides a batch, from an offset on, into steps. The last one leads to the end of the batch.
func steps(batch recordBatch, offset int64) (list []step) {
	for i := range batch.messages {
		if m := &batch.messages[i]; m.Offset >= offset {
			list = append(list, step{m, m.Offset + 1, batch.epoch})
			offset = m.Offset + 1
		}
	}
	if offset < batch.next {
		list = append(list, step{nil, batch.next, batch.epoch})
	}
	return list
}

// close ends the reading without waiting: it may be blocked in the network.
func (f *feed) close() { f.cancel() }

// next waits for a step and returns it with all that are available after it. The error is the reason to restart the
// partition, or that ctx is done.
func (f *feed) next(ctx context.Context, p *partition) (portion, error) {
	if f.last == nil {
		s, err := f.await(ctx, p)
		if err != nil {
			return portion{}, err
		}
		f.last = &s
	}
	var all portion
	size := 0
	for len(all.messages) < batchRecords {
		if f.last.message != nil {
			if size += len(f.last.message.Value); size > batchBytes && len(all.messages) > 0 {
				return all, nil
			}
			all.messages = append(all.messages, *f.last.message)
			all.epoch = f.last.epoch
		}
		all.next, f.last = f.last.next, nil
		select {
		case s := <-f.steps:
			f.last = &s
		default:
			return all, nil
		}
	}
	return all, nil
}

// await waits for a step. It returns a failure of the source only after all steps before it.
func (f *feed) await(ctx context.Context, p *partition) (step, error) {
	select {
	case s := <-f.steps:
		return s, nil
	default:
	}
	select {
	case s := <-f.steps:
		return s, nil
	case err := <-f.failure:
		select {
		case s := <-f.steps:
			f.failure <- err
			return s, nil
		default:
			return step{}, err
		}
	case err := <-p.kick:
		return step{}, err
	case <-ctx.Done():
		return step{}, ctx.Err()
	}
}
