package stripefake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"muster/deploy/stripefake/internal/hooks"
)

// snapshot is the content of the data file. The events, which are immutable and the largest part, are in a log next to
// it.
type snapshot struct {
	State *state
	// Log is the name of the events' log, and LogSize the size of the part that belongs to this snapshot.
	Log     string
	LogSize int64
	// Undelivered are the events that the endpoint has not acknowledged, Unsent the webhooks that are still queued.
	Undelivered []string
	Unsent      []hooks.Delivery
}

// load reads the data file, if there is one, and returns the webhooks to be sent again.
func (s *Server) load() ([]hooks.Delivery, error) {
	if s.options.DataFile == "" {
		return nil, nil
	}
	content, err := os.ReadFile(s.options.DataFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("stripefake: %w", err)
	}
	held := snapshot{State: s.state}
	if err := json.Unmarshal(content, &held); err != nil {
		return nil, fmt.Errorf("stripefake: %s is not a snapshot: %w", s.options.DataFile, err)
	}
	if err := s.log.resume(held.Log, held.LogSize, s.state); err != nil {
		return nil, err
	}
	undelivered := set(held.Undelivered)
	for e := range s.state.Events.all() {
		e.Delivered = !undelivered[e.ID]
	}
	s.state.reindex()
	return held.Unsent, nil
}

// resume puts unsent webhooks back into the queue.
func (s *Server) resume(unsent []hooks.Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, delivery := range unsent {
		if e, ok := s.state.Events.get(delivery.Event); ok && s.hooks.Endpoint() != "" {
			s.hooks.Restore(e.webhook(), delivery.Status)
		}
	}
}

// saver writes snapshots in the background, soon after changes but only for a small part of the time.
type saver struct {
	server *Server
	dirty  chan struct{}
}

func newSaver(s *Server) *saver { return &saver{server: s, dirty: make(chan struct{}, 1)} }

// changed requests a snapshot. It does not block.
func (v *saver) changed() {
	select {
	case v.dirty <- struct{}{}:
	default:
	}
}

func (v *saver) run(ctx context.Context) {
	const restAtLeast, restFactor = 100 * time.Millisecond, 10
	for {
		select {
		case <-ctx.Done():
			return
		case <-v.dirty:
		}
		began := time.Now()
		if err := v.write(); err != nil {
			v.server.logger.Error("cannot write the snapshot", "error", err)
		}
		rest := time.NewTimer(max(restAtLeast, restFactor*time.Since(began)))
		select {
		case <-ctx.Done():
			rest.Stop()
			return
		case <-rest.C:
		}
	}
}

// write replaces the previous snapshot atomically.
func (v *saver) write() error {
	file := v.server.options.DataFile
	if file == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("stripefake: %w", err)
	}
	content, obsolete, err := v.encode()
	if err != nil {
		return fmt.Errorf("stripefake: prepare the snapshot: %w", err)
	}
	// A temporary file next to it is renamed over it, so a crash leaves the old or the new one.
	next := file + ".next"
	if err := os.WriteFile(next, content, 0o600); err != nil {
		return fmt.Errorf("stripefake: %w", err)
	}
	if err := os.Rename(next, file); err != nil {
		return fmt.Errorf("stripefake: %w", err)
	}
	if obsolete != "" {
		// A log that no snapshot mentions only wastes space.
		_ = os.Remove(obsolete)
	}
	return nil
}

// encode updates the log and creates the matching snapshot. It returns a log that can be deleted after the snapshot is
// written.
func (v *saver) encode() (content []byte, obsolete string, err error) {
	s := v.server
	s.mu.Lock()
	objects, err := json.Marshal(s.state)
	var undelivered []string
	for e := range s.state.Events.all() {
		if !e.Delivered {
			undelivered = append(undelivered, e.ID)
		}
	}
	unsent := s.hooks.Unsent()
	batch := s.log.takeUnwritten(s.state)
	s.mu.Unlock()
	if err != nil {
		return nil, "", err
	}
	obsolete, err = s.log.append(batch)
	if err != nil {
		s.mu.Lock()
		s.log.afresh = true
		s.mu.Unlock()
		return nil, "", err
	}
	content, err = json.Marshal(struct {
		State       json.RawMessage
		Log         string
		LogSize     int64
		Undelivered []string
		Unsent      []hooks.Delivery
	}{objects, s.log.name, s.log.size, undelivered, unsent})
	return content, obsolete, err
}
