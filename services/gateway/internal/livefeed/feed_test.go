package livefeed_test

import (
	"context"
	"errors"
	"reflect"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"muster/libs/errs"
	"muster/services/gateway/internal/livefeed"
	"muster/services/gateway/internal/livefeed/livefeedtest"
)

func TestLogInMemory(t *testing.T) {
	livefeedtest.TestLog(t, func(*testing.T) (one, other livefeed.Log, commit func(...livefeed.Change)) {
		log := livefeedtest.NewLog(10)
		return log.Replica(), log.Replica(), log.Commit
	})
}

var errDown = errors.New("the database is down")

// running starts a replica's feed in a bubble of synctest.
func running(t *testing.T, log *livefeedtest.Log, limits livefeed.Limits) *livefeed.Feed {
	t.Helper()
	return runningOn(t, log.Replica(), limits)
}

func runningOn(t *testing.T, log livefeed.Log, limits livefeed.Limits) *livefeed.Feed {
	t.Helper()
	f := livefeed.New(log, limits)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.Run(ctx, func(err error) {
			if !errors.Is(err, errDown) {
				t.Error(err)
			}
		})
	}()
	t.Cleanup(func() { stop(); <-ended })
	synctest.Wait()
	return f
}

var generous = livefeed.Limits{Readers: 100, ReadersPerUser: 10}

func open(t *testing.T, f *livefeed.Feed, after int64) *livefeed.Reader {
	t.Helper()
	r, err := f.Open(t.Context(), 1, after)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// next returns the next changes, or nil if there are none for a minute.
func next(t *testing.T, r *livefeed.Reader) []livefeed.Change {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	changes, err := r.Next(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func changed(position, id int64) livefeed.Change {
	return livefeed.Change{Position: position, UserID: id, Kind: livefeed.Changed}
}

func wants(t *testing.T, what string, got []livefeed.Change, want ...livefeed.Change) {
	t.Helper()
	if len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %+v, want %+v", what, got, want)
	}
}

func TestReadersOfAllReplicasGetTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := livefeedtest.NewLog(1000)
		one, other := open(t, running(t, log, generous), 0), open(t, running(t, log, generous), 0)
		wants(t, "nothing yet", next(t, one))
		log.Commit(changed(0, 7))
		for _, r := range []*livefeed.Reader{one, other} {
			wants(t, "a change", next(t, r), changed(101, 7))
		}
		log.Commit(changed(0, 8))
		log.Commit(livefeed.Change{UserID: 7, Kind: livefeed.Deleted})
		for _, r := range []*livefeed.Reader{one, other} {
			wants(t, "two at once", next(t, r), changed(102, 8), livefeed.Change{Position: 103, UserID: 7, Kind: livefeed.Deleted})
			wants(t, "nothing more", next(t, r))
		}
	})
}

func TestAReaderGoesOnWhereItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := livefeedtest.NewLog(1000)
		first := running(t, log, generous)
		r := open(t, first, 0)
		for id := range int64(4) {
			log.Commit(changed(0, id+1))
			wants(t, "a change", next(t, r), changed(101+id, id+1))
		}
		for name, f := range map[string]*livefeed.Feed{"the same replica": first, "one that has just begun": running(t, log, generous)} {
			wants(t, name, next(t, open(t, f, 102)), changed(103, 3), changed(104, 4))
			wants(t, name+": at the end", next(t, open(t, f, 104)))
		}
		log.Commit(changed(0, 2), changed(0, 2)) // user 2 changed before, too
		time.Sleep(time.Second)
		wants(t, "several changes of a user", next(t, open(t, first, 101)), changed(103, 3), changed(104, 4), changed(105, 2))
	})
}

func TestAReplicaThatIsBehindResetsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := livefeedtest.NewLog(1000)
		behind, ahead := running(t, log, generous), log.Replica()
		time.Sleep(time.Millisecond) // it rests, so it does not look at once
		log.Commit(changed(0, 7))
		if _, err := ahead.Number(t.Context()); err != nil {
			t.Fatal(err)
		}
		r := open(t, behind, 101)
		log.Commit(changed(0, 8))
		wants(t, "what the other replica has not shown", next(t, r), changed(102, 8))
	})
}

func TestAReaderThatTheLogDoesNotKnowBeginsAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := livefeedtest.NewLog(5)
		f := running(t, log, generous)
		slow := open(t, f, 0)
		for id := range int64(9) {
			log.Commit(changed(0, id+1))
			synctest.Wait()
			time.Sleep(time.Second)
		}
		reset := livefeed.Change{Position: 109, Kind: livefeed.Reset}
		wants(t, "too slow", next(t, slow), reset)
		wants(t, "and then nothing", next(t, slow))
		wants(t, "forgotten", next(t, open(t, f, 103)), reset)
		wants(t, "the oldest that is known", next(t, open(t, f, 104)), changed(105, 5), changed(106, 6), changed(107, 7), changed(108, 8), changed(109, 9))
		wants(t, "never sent", next(t, open(t, f, 1<<62)), reset)
		wants(t, "no id", next(t, open(t, f, livefeed.Unknown)), reset)
	})
}

func TestNothingBeforeAResetIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := livefeedtest.NewLog(1000)
		r := open(t, running(t, log, generous), 0)
		log.Commit(changed(0, 7), livefeed.Change{Kind: livefeed.Reset}, changed(0, 8))
		wants(t, "a rebuilt model", next(t, r), livefeed.Change{Position: 102, Kind: livefeed.Reset}, changed(103, 8))
	})
}

func TestAFloodIsReadFromTheLogPageByPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := livefeedtest.NewLog(100_000)
		f := running(t, log, generous)
		slow := open(t, f, 0)
		flood := make([]livefeed.Change, 20_000)
		for i := range flood {
			flood[i] = changed(0, int64(i+1))
		}
		log.Commit(flood...)
		synctest.Wait()
		time.Sleep(time.Second)
		if reads := log.Reads(); reads != 0 {
			t.Errorf("%d pages of the flood are in memory", reads)
		}
		for read := 0; read < len(flood); {
			got := next(t, slow)
			if len(got) == 0 || len(got) > 1000 || got[0] != changed(int64(101+read), int64(read+1)) {
				t.Fatalf("after %d: %d changes", read, len(got))
			}
			read += len(got)
		}
	})
}

// forgetful is a log that forgets changes while it is read.
type forgetful struct{ livefeed.Log }

func (l forgetful) Since(ctx context.Context, after int64, limit int) ([]livefeed.Change, error) {
	return l.Log.Since(ctx, after+1, limit)
}

func TestWhatIsForgottenMeanwhileIsNotSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := livefeedtest.NewLog(1000)
		log.Commit(changed(0, 1), changed(0, 2), changed(0, 3))
		f := runningOn(t, forgetful{log.Replica()}, generous)
		wants(t, "the log lacks the next change", next(t, open(t, f, 101)), livefeed.Change{Position: 103, Kind: livefeed.Reset})
	})
}

func TestOneReaderOfTheLogServesAllClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := livefeedtest.NewLog(1000)
		f := running(t, log, livefeed.Limits{Readers: 100, ReadersPerUser: 100})
		readers := make([]*livefeed.Reader, 100)
		for i := range readers {
			readers[i] = open(t, f, 0)
		}
		before := log.Reads()
		log.Commit(changed(0, 7))
		for _, r := range readers {
			wants(t, "a change", next(t, r), changed(101, 7))
		}
		if reads := log.Reads() - before; reads != 1 {
			t.Errorf("%d reads for 100 clients", reads)
		}
	})
}

func TestTooManyReadersAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := running(t, livefeedtest.NewLog(10), livefeed.Limits{Readers: 3, ReadersPerUser: 2})
		open(t, f, 0)
		second := open(t, f, 0)
		if _, err := f.Open(t.Context(), 1, 0); !errors.Is(err, livefeed.ErrTooMany) {
			t.Errorf("the third of a user: %v", err)
		}
		if _, err := f.Open(t.Context(), 2, 0); err != nil {
			t.Error(err)
		}
		if _, err := f.Open(t.Context(), 3, 0); !errors.Is(err, livefeed.ErrTooMany) {
			t.Errorf("the fourth of all: %v", err)
		}
		second.Close()
		if _, err := f.Open(t.Context(), 3, 0); err != nil {
			t.Errorf("after one was closed: %v", err)
		}
	})
}

func TestReadersEndWhenTheLogCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := livefeedtest.NewLog(1000)
		f := running(t, log, generous)
		r := open(t, f, 0)
		log.Break(errDown)
		if _, err := r.Next(t.Context()); errs.KindOf(err) != errs.KindUnavailable {
			t.Errorf("a reader: %v", err)
		}
		if _, err := f.Open(t.Context(), 1, 0); errs.KindOf(err) != errs.KindUnavailable {
			t.Errorf("a new one: %v", err)
		}
		log.Break(nil)
		log.Commit(changed(0, 7))
		time.Sleep(2 * time.Second)
		wants(t, "afterwards", next(t, open(t, f, r.Position())), changed(101, 7))
	})
}

// numbered counts the looks into a log.
type numbered struct {
	livefeed.Log
	looks *atomic.Int64
}

func (n numbered) Number(ctx context.Context) (livefeed.Bounds, error) {
	n.looks.Add(1)
	return n.Log.Number(ctx)
}

// TestALogThatNobodyReadsIsLookedIntoNowAndThen: a reader is told at once, also the first.
func TestALogThatNobodyReadsIsLookedIntoNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, looks := livefeedtest.NewLog(10_000), new(atomic.Int64)
		f := runningOn(t, numbered{log.Replica(), looks}, generous)
		busy := func() int64 {
			before := looks.Load()
			for range 1000 {
				log.Commit(livefeed.Change{UserID: 7, Kind: livefeed.Changed})
				time.Sleep(10 * time.Millisecond)
			}
			return looks.Load() - before
		}
		if n := busy(); n > 12 {
			t.Errorf("%d looks in ten seconds", n)
		}
		r := open(t, f, 0)
		began := time.Now()
		log.Commit(livefeed.Change{UserID: 8, Kind: livefeed.Changed})
		for told := false; !told; {
			for _, c := range next(t, r) {
				told = told || c.UserID == 8
			}
		}
		if took := time.Since(began); took > 50*time.Millisecond {
			t.Errorf("told after %s", took)
		}
		if n := busy(); n < 300 {
			t.Errorf("%d looks in ten seconds for a reader", n)
		}
	})
}
