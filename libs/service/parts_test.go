package service_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"muster/libs/service"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func TestPartsStopInOrderEachAfterTheOneBefore(t *testing.T) {
	var mu sync.Mutex
	var order []string
	part := func(name string) service.Part {
		return service.NewPart(name, func(ctx context.Context) error {
			<-ctx.Done()
			mu.Lock()
			defer mu.Unlock()
			order = append(order, name)
			return nil
		}, 0)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := service.RunParts(ctx, quiet, part("http"), part("consumer"), part("relay")); err != nil {
		t.Fatal(err)
	}
	if want := []string{"http", "consumer", "relay"}; !slices.Equal(order, want) {
		t.Errorf("stopped %v, want %v", order, want)
	}
}

func TestAPartThatEndsStopsTheOthers(t *testing.T) {
	boom := errors.New("boom")
	stopped := false
	err := service.RunParts(t.Context(), quiet,
		service.NewPart("a", func(context.Context) error { return boom }, 0),
		service.NewPart("b", func(ctx context.Context) error { <-ctx.Done(); stopped = true; return nil }, 0),
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
	err := service.RunParts(ctx, quiet, service.NewPart("stuck", func(context.Context) error { <-hang; return nil }, time.Millisecond))
	if err == nil {
		t.Error("a part that hangs was taken for stopped")
	}
}
