package inbox

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/segmentio/kafka-go"
)

// script is a log that holds given batches and then fails.
type script struct{ batches []recordBatch }

func (s *script) Fetch(context.Context, int64) ([]recordBatch, error) {
	if s.batches == nil {
		return nil, io.EOF
	}
	batches := s.batches
	s.batches = nil
	return batches, nil
}

func (s *script) Peek(context.Context, int64) ([]recordBatch, error) { return s.batches, nil }

// portions are the parts into which a feed divides what a script holds from an offset on.
func portions(t *testing.T, from int64, batches ...recordBatch) (parts []portion) {
	t.Helper()
	f := &feed{source: &script{batches}, steps: make(chan step, 100), failure: make(chan error, 1), cancel: func() {}}
	f.pump(t.Context(), from)
	p := newPartition(lane{"topic", 0})
	for {
		part, err := f.next(t.Context(), p)
		if err != nil {
			return parts
		}
		parts = append(parts, part)
	}
}

func offsets(p portion) (list []int64) {
	for _, m := range p.messages {
		list = append(list, m.Offset)
	}
	return list
}

func at(offset int64, size int) kafka.Message {
	return kafka.Message{Topic: "topic", Offset: offset, Value: make([]byte, size)}
}

func TestAPortionIsNotTooLarge(t *testing.T) {
	got := portions(t, 0, recordBatch{next: 5, messages: []kafka.Message{at(0, 3<<20), at(1, 2<<20), at(2, 1<<20), at(3, 6<<20), at(4, 1)}})
	want := [][]int64{{0}, {1, 2}, {3}, {4}}
	if len(got) != len(want) {
		t.Fatalf("%d portions", len(got))
	}
	for i := range want {
		if !slices.Equal(offsets(got[i]), want[i]) || got[i].next != want[i][len(want[i])-1]+1 {
			t.Errorf("portion %v leads to %d, want %v", offsets(got[i]), got[i].next, want[i])
		}
	}
}

func TestNothingIsHandedOutTwiceOrTooEarly(t *testing.T) {
	got := portions(t, 3, recordBatch{next: 5, messages: []kafka.Message{at(1, 1), at(2, 1), at(3, 1), at(4, 1)}},
		recordBatch{next: 5, messages: []kafka.Message{at(3, 1), at(4, 1)}}, recordBatch{next: 6, messages: []kafka.Message{at(5, 1)}})
	if !slices.Equal(offsets(got[0]), []int64{3, 4, 5}) || got[0].next != 6 {
		t.Errorf("read %v up to %d", offsets(got[0]), got[0].next)
	}
}

func TestEmptyBatchesLeadOn(t *testing.T) {
	got := portions(t, 2, recordBatch{next: 5}, recordBatch{next: 9}, recordBatch{next: 12, messages: []kafka.Message{at(10, 1)}}, recordBatch{next: 20})
	if !slices.Equal(offsets(got[0]), []int64{10}) || got[0].next != 20 {
		t.Errorf("read %v up to %d", offsets(got[0]), got[0].next)
	}
	if got := portions(t, 2, recordBatch{next: 5}, recordBatch{next: 9}); len(offsets(got[0])) != 0 || got[0].next != 9 {
		t.Errorf("read %v up to %d", offsets(got[0]), got[0].next)
	}
}

func TestAnotherLeaderEndsTheReading(t *testing.T) {
	f := &feed{source: &script{[]recordBatch{{next: 1, epoch: 3, messages: []kafka.Message{at(0, 1)}}, {next: 2, epoch: 4, messages: []kafka.Message{at(1, 1)}}}},
		steps: make(chan step, 10), failure: make(chan error, 1)}
	f.pump(t.Context(), 0)
	part, err := f.next(t.Context(), newPartition(lane{"topic", 0}))
	if err != nil || part.next != 1 || part.epoch != 3 {
		t.Errorf("read up to %d in epoch %d: %v", part.next, part.epoch, err)
	}
	if _, err = f.next(t.Context(), newPartition(lane{"topic", 0})); !errors.Is(err, errNewLeader) {
		t.Errorf("then %v", err)
	}
}
