package wait_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"muster/libs/internal/wait"
)

func TestSleepEndsEarlyWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begin := time.Now()
		if err := wait.Sleep(ctx, 500*time.Millisecond); err != nil || time.Since(begin) != 500*time.Millisecond {
			t.Errorf("slept %v: %v", time.Since(begin), err)
		}
		if err := wait.Sleep(ctx, time.Minute); err == nil || time.Since(begin) != time.Second {
			t.Errorf("slept until %v: %v", time.Since(begin), err)
		}
	})
}

func TestOutlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		longer, release := wait.Outlive(ctx, time.Second)
		defer release()
		time.Sleep(time.Hour)
		if longer.Err() != nil {
			t.Error("it ended before its context did")
		}
		cancel()
		time.Sleep(999 * time.Millisecond)
		if longer.Err() != nil {
			t.Error("it ended with its context")
		}
		time.Sleep(2 * time.Millisecond)
		if longer.Err() == nil {
			t.Error("it goes on for ever")
		}
	})
}

func TestOutliveEndsWhenReleased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		longer, release := wait.Outlive(t.Context(), time.Second)
		release()
		<-longer.Done()
	})
}
