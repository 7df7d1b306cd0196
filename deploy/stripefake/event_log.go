package stripefake

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// eventLog stores the events next to the data file, one JSON object per line, in an append-only file. When most of its
// events are expired, or after a reset, a new file is started; the snapshot names the current one.
type eventLog struct {
	// prefix is the path of the log files without their number.
	prefix string
	// unwritten are the events that are not in the file yet; afresh means that a new file has to be started. Server.mu
	// guards both.
	unwritten []*event
	afresh    bool

	// The remaining fields belong to the goroutine that writes snapshots.
	name    string
	size    int64
	written int
}

// batch is the next write to the log: a new file if all is set.
type batch struct {
	events []*event
	all    bool
}

func newEventLog(dataFile string) *eventLog {
	return &eventLog{prefix: dataFile + ".events-", afresh: true}
}

// add adds new events. The caller holds Server.mu.
func (l *eventLog) add(events []*event) {
	if l.prefix != ".events-" {
		l.unwritten = append(l.unwritten, events...)
	}
}

// takeUnwritten returns and clears the events to be written. The caller holds Server.mu.
func (l *eventLog) takeUnwritten(st *state) batch {
	b := batch{events: l.unwritten, all: l.afresh || l.written+len(l.unwritten) > 2*keptEvents}
	if b.all {
		b.events = slices.Collect(st.Events.all())
	}
	l.unwritten, l.afresh = nil, false
	return b
}

// append writes a batch and returns the file that it replaced, if any.
func (l *eventLog) append(b batch) (obsolete string, err error) {
	if b.all {
		if l.name != "" {
			obsolete = filepath.Join(filepath.Dir(l.prefix), l.name)
		}
		l.name, l.size, l.written = l.nextName(), 0, 0
	}
	file, err := os.OpenFile(filepath.Join(filepath.Dir(l.prefix), l.name), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	defer file.Close()
	// Data beyond the size is from a write without a snapshot.
	if err := file.Truncate(l.size); err != nil {
		return "", err
	}
	size, err := writeEvents(io.NewOffsetWriter(file, l.size), b.events)
	l.size += size
	l.written += len(b.events)
	return obsolete, err
}

func (l *eventLog) nextName() string {
	number, _ := strconv.Atoi(l.name[strings.LastIndex(l.name, "-")+1:])
	return filepath.Base(l.prefix) + strconv.Itoa(number+1)
}

func writeEvents(w io.Writer, events []*event) (size int64, err error) {
	buffered := bufio.NewWriter(w)
	for _, e := range events {
		line, err := json.Marshal(loggedEvent{ID: e.ID, Type: e.Type, Created: e.Created, Payload: e.Payload})
		if err != nil {
			return size, err
		}
		n, err := buffered.Write(append(line, '\n'))
		size += int64(n)
		if err != nil {
			return size, err
		}
	}
	return size, buffered.Flush()
}

// loggedEvent is the immutable part of an event.
type loggedEvent struct {
	ID      string
	Type    string
	Created int64
	Payload json.RawMessage
}

// resume reads a snapshot's events into the state and continues its log.
func (l *eventLog) resume(name string, size int64, st *state) error {
	if name == "" {
		return nil
	}
	file, err := os.Open(filepath.Join(filepath.Dir(l.prefix), filepath.Base(name)))
	if err != nil {
		return fmt.Errorf("stripefake: the snapshot's events: %w", err)
	}
	defer file.Close()
	decoder := json.NewDecoder(io.LimitReader(file, size))
	for {
		var e loggedEvent
		if err := decoder.Decode(&e); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return fmt.Errorf("stripefake: the snapshot's events: %w", err)
		}
		st.Events.put(&event{ID: e.ID, Type: e.Type, Created: e.Created, Payload: e.Payload})
		l.written++
	}
	st.Events.trim(keptEvents)
	l.name, l.size, l.afresh = filepath.Base(name), size, false
	return nil
}
