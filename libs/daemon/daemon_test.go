package daemon_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"muster/libs/daemon"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func TestPartsStopInOrderEachAfterTheOneBefore(t *testing.T) {
	var mu sync.Mutex
	var order []string
	part := func(name string) daemon.Part {
		return daemon.Part{Name: name, Run: func(ctx context.Context) error {
			<-ctx.Done()
			mu.Lock()
			defer mu.Unlock()
			order = append(order, name)
			return nil
		}}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := daemon.Run(ctx, quiet, part("http"), part("consumer"), part("relay")); err != nil {
		t.Fatal(err)
	}
	if want := []string{"http", "consumer", "relay"}; !slices.Equal(order, want) {
		t.Errorf("stopped %v, want %v", order, want)
	}
}

func TestAPartThatEndsStopsTheOthers(t *testing.T) {
	boom := errors.New("boom")
	stopped := false
	err := daemon.Run(t.Context(), quiet,
		daemon.Part{Name: "a", Run: func(context.Context) error { return boom }},
		daemon.Part{Name: "b", Run: func(ctx context.Context) error { <-ctx.Done(); stopped = true; return nil }},
	)
	if !errors.Is(err, boom) || !stopped {
		t.Errorf("err %v, the other stopped %v", err, stopped)
	}
}

func TestAPartThatHangsIsReported(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	hang := make(chan struct{})
	defer close(hang)
	err := daemon.Run(ctx, quiet, daemon.Part{Name: "stuck", Grace: time.Millisecond, Run: func(context.Context) error { <-hang; return nil }})
	if err == nil {
		t.Error("a part that hangs was taken for stopped")
	}
}
