package livefeedtest

import (
	"reflect"
	"testing"

	"muster/services/gateway/internal/livefeed"
)

// TestLog is the contract of livefeed.Log. newLog creates a log that keeps ten changes, as two replicas see it, and a
// function that commits changes.
func TestLog(t *testing.T, newLog func(t *testing.T) (one, other livefeed.Log, commit func(changes ...livefeed.Change))) {
	changed := func(id int64) livefeed.Change { return livefeed.Change{UserID: id, Kind: livefeed.Changed} }
	number := func(t *testing.T, log livefeed.Log) livefeed.Bounds {
		t.Helper()
		b, err := log.Number(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	since := func(t *testing.T, log livefeed.Log, after int64, limit int) []livefeed.Change {
		t.Helper()
		found, err := log.Since(t.Context(), after, limit)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	t.Run("changes get positions without gaps in their order", func(t *testing.T) {
		one, other, commit := newLog(t)
		begin := number(t, one)
		if begin.Last <= 0 || begin.Forgotten != begin.Last || len(since(t, one, 0, 10)) > 0 {
			t.Fatalf("a new log: %+v", begin)
		}
		commit(changed(7), changed(8))
		if len(since(t, one, begin.Last, 10)) > 0 {
			t.Error("a change without a position is returned")
		}
		if now := number(t, one); now != (livefeed.Bounds{Last: begin.Last + 2, Forgotten: begin.Forgotten}) || number(t, other) != now || number(t, one) != now {
			t.Errorf("bounds %+v after %+v", now, begin)
		}
		commit(livefeed.Change{UserID: 7, Kind: livefeed.Deleted})
		number(t, other)
		want := []livefeed.Change{
			{Position: begin.Last + 1, UserID: 7, Kind: livefeed.Changed}, {Position: begin.Last + 2, UserID: 8, Kind: livefeed.Changed},
			{Position: begin.Last + 3, UserID: 7, Kind: livefeed.Deleted},
		}
		for _, log := range []livefeed.Log{one, other} {
			if got := since(t, log, begin.Last, 10); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v", got)
			}
		}
		if got := since(t, one, begin.Last+1, 1); !reflect.DeepEqual(got, want[1:2]) {
			t.Errorf("one after the first: %+v", got)
		}
	})
	t.Run("the newest of several changes counts", func(t *testing.T) {
		one, _, commit := newLog(t)
		begin := number(t, one)
		commit(changed(7), changed(8), livefeed.Change{UserID: 7, Kind: livefeed.Deleted})
		number(t, one)
		want := []livefeed.Change{{Position: begin.Last + 1, UserID: 8, Kind: livefeed.Changed}, {Position: begin.Last + 2, UserID: 7, Kind: livefeed.Deleted}}
		if got := since(t, one, begin.Last, 10); !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("the oldest are forgotten", func(t *testing.T) {
		one, _, commit := newLog(t)
		begin := number(t, one)
		for id := int64(1); id <= 12; id++ {
			commit(changed(id))
			number(t, one)
		}
		if b := number(t, one); b != (livefeed.Bounds{Last: begin.Last + 12, Forgotten: begin.Last + 2}) {
			t.Errorf("bounds %+v after %+v", b, begin)
		}
		if got := since(t, one, begin.Last, 100); len(got) != 10 || got[0].UserID != 3 {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("replicas are told", func(t *testing.T) {
		one, other, commit := newLog(t)
		for {
			select { // what creating the log has told
			case <-other.Grown():
				continue
			default:
			}
			break
		}
		commit(changed(7))
		number(t, one)
		<-other.Grown()
		if got := number(t, other); len(since(t, other, got.Last-1, 10)) != 1 {
			t.Error("told before there was something")
		}
	})
}
