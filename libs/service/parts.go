package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// part is something that runs until its context is done: an HTTP server, a consumer, a relay.
type part struct {
	name string
	// run works until ctx is done, then finishes its current work and returns nil. Any earlier return stops the
	// service.
	run func(ctx context.Context) error
	// grace is the time that the part has to finish; zero means 10 s.
	grace time.Duration
}

const defaultGrace = 10 * time.Second

type ended struct {
	part int
	err  error
}

// runParts starts all parts. When ctx is done, or a part ends by itself, it stops them in the given order and waits for
// each before the next. List the sources of work first (the HTTP server), then what that work needs (the relay). A part
// that does not finish within its grace is abandoned and reported.
//
// It returns nil when ctx was done and every part finished in time without an error.
func runParts(ctx context.Context, log *slog.Logger, parts ...part) error {
	base := context.WithoutCancel(ctx)
	stops := make([]context.CancelFunc, len(parts))
	dones := make([]chan struct{}, len(parts))
	failed := make([]error, len(parts))
	first := make(chan ended, len(parts))
	for i, p := range parts {
		partCtx, cancel := context.WithCancel(base)
		stops[i], dones[i] = cancel, make(chan struct{})
		go func() {
			defer close(dones[i])
			failed[i] = p.run(partCtx)
			first <- ended{i, failed[i]}
		}()
	}

	var result error
	select {
	case <-ctx.Done():
		log.InfoContext(base, "stopping")
	case e := <-first:
		result = fmt.Errorf("%s ended by itself: %w", parts[e.part].name, cause(e.err))
		log.ErrorContext(base, "a part ended unexpectedly; stopping", "part", parts[e.part].name, "error", e.err)
	}

	for i, p := range parts {
		stops[i]()
		grace := p.grace
		if grace == 0 {
			grace = defaultGrace
		}
		timer := time.NewTimer(grace)
		select {
		case <-dones[i]:
			if failed[i] != nil && result == nil {
				result = fmt.Errorf("%s: %w", p.name, failed[i])
			}
		case <-timer.C:
			log.ErrorContext(base, "a part did not stop in time", "part", p.name, "grace", grace.String())
			result = errors.Join(result, fmt.Errorf("%s did not stop within %s", p.name, grace))
		}
		timer.Stop()
	}
	return result
}

var errNoReason = errors.New("no reason given")

func cause(err error) error {
	if err == nil {
		return errNoReason
	}
	return err
}
