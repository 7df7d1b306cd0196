package inbox

import (
	"context"
	"io"
	"slices"
	"testing"

	"github.com/segmentio/kafka-go"
)

// script is a reader that hands out records with given offsets and sizes, and then fails.
type script struct{ messages []kafka.Message }

func (s *script) FetchMessage(context.Context) (kafka.Message, error) {
	if len(s.messages) == 0 {
		return kafka.Message{}, io.EOF
	}
	next := s.messages[0]
	s.messages = s.messages[1:]
	return next, nil
}

func (s *script) Close() error { return nil }

// batches are the offsets in which a feed groups what a script hands out.
func batches(t *testing.T, holes bool, from int64, messages ...kafka.Message) (groups [][]int64) {
	t.Helper()
	f := &feed{reader: &script{messages}, messages: make(chan kafka.Message, len(messages)), failure: make(chan error, 1), cancel: func() {}, holes: holes}
	f.pump(t.Context(), from)
	<-f.failure // The end of the script.
	total := len(f.messages)
	p := newPartition(lane{"topic", 0})
	for seen := 0; seen < total; {
		batch, err := f.next(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		var group []int64
		for _, m := range batch {
			group = append(group, m.Offset)
			seen++
		}
		groups = append(groups, group)
	}
	return groups
}

func at(offset int64, size int) kafka.Message {
	return kafka.Message{Topic: "topic", Offset: offset, Value: make([]byte, size)}
}

func TestABatchEndsWhereTheLogHasAHole(t *testing.T) {
	messages := []kafka.Message{at(0, 1), at(1, 1), at(4, 1), at(5, 1)}
	if got := batches(t, false, 0, messages...); len(got) != 2 || !slices.Equal(got[0], []int64{0, 1}) || !slices.Equal(got[1], []int64{4, 5}) {
		t.Errorf("batches %v", got)
	}
	if got := batches(t, true, 0, messages...); !slices.Equal(got[0], []int64{0, 1, 4, 5}) {
		t.Errorf("batches %v of a log that may have holes", got)
	}
}

func TestABatchIsNotTooLarge(t *testing.T) {
	got := batches(t, true, 0, at(0, 3<<20), at(1, 2<<20), at(2, 1<<20), at(3, 6<<20), at(4, 1))
	if len(got) != 4 || !slices.Equal(got[0], []int64{0}) || !slices.Equal(got[1], []int64{1, 2}) || !slices.Equal(got[2], []int64{3}) || !slices.Equal(got[3], []int64{4}) {
		t.Errorf("batches %v", got)
	}
}

func TestNothingIsHandedOutTwiceOrTooEarly(t *testing.T) {
	if got := batches(t, true, 3, at(1, 1), at(2, 1), at(3, 1), at(4, 1), at(3, 1), at(4, 1), at(5, 1)); !slices.Equal(got[0], []int64{3, 4, 5}) {
		t.Errorf("batches %v", got)
	}
}
