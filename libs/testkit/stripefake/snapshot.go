package stripefake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"muster/libs/testkit/stripefake/internal/hooks"
)

// snapshot is what the data file holds.
type snapshot struct {
	State  *state
	Events []*event
	// Unsent are the webhooks that the endpoint has not acknowledged yet.
	Unsent []hooks.Delivery
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
	for _, e := range held.Events {
		s.state.Events.put(e)
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

// saver writes snapshots in the background, soon after changes but never for more than a small part of the time.
type saver struct {
	server *Server
	dirty  chan struct{}
}

func newSaver(s *Server) *saver { return &saver{server: s, dirty: make(chan struct{}, 1)} }

// changed asks for a snapshot. It does not wait.
func (v *saver) changed() {
	if v.server.options.DataFile == "" {
		return
	}
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

// write puts the snapshot in the place of the one before, whole or not at all.
func (v *saver) write() error {
	file := v.server.options.DataFile
	if file == "" {
		return nil
	}
	content, err := v.encode()
	if err != nil {
		return fmt.Errorf("stripefake: encode the snapshot: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("stripefake: %w", err)
	}
	// The file's neighbour is renamed over it, so a crash leaves the old or the new one.
	next := file + ".next"
	if err := os.WriteFile(next, content, 0o600); err != nil {
		return fmt.Errorf("stripefake: %w", err)
	}
	if err := os.Rename(next, file); err != nil {
		return fmt.Errorf("stripefake: %w", err)
	}
	return nil
}

// encode holds the lock only for the objects; the events, which are the bulk, do not change but for Delivered.
func (v *saver) encode() ([]byte, error) {
	s := v.server
	s.mu.Lock()
	objects, err := json.Marshal(s.state)
	events := make([]event, 0, len(s.state.Events.byID))
	for e := range s.state.Events.all() {
		events = append(events, *e)
	}
	unsent := s.hooks.Unsent()
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	var content bytes.Buffer
	err = json.NewEncoder(&content).Encode(struct {
		State  json.RawMessage
		Events []event
		Unsent []hooks.Delivery
	}{objects, events, unsent})
	return content.Bytes(), err
}
