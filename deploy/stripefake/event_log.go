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

// eventLog keeps the events beside the data file, one JSON object a line, in a file that only grows. When most of it is
// too old to be kept, or everything was forgotten, the next file is begun; the snapshot says which one counts.
type eventLog struct {
	// prefix is the path of the log files without their number.
	prefix string
	// unwritten are events that are not in the file yet; afresh says that the file is to be begun anew. Both are
	// guarded by Server.mu.
	unwritten []*event
	afresh    bool

	// The rest belongs to the one that writes snapshots.
	name    string
	size    int64
	written int
}

// batch is what goes into the log next: into a new file if all is set.
type batch struct {
	events []*event
	all    bool
}

func newEventLog(dataFile string) *eventLog {
	return &eventLog{prefix: dataFile + ".events-", afresh: true}
}

// add notes new events. It needs Server.mu.
func (l *eventLog) add(events []*event) {
	if l.prefix != ".events-" {
		l.unwritten = append(l.unwritten, events...)
	}
}

// takeUnwritten takes what has to be written. It needs Server.mu.
func (l *eventLog) takeUnwritten(st *state) batch {
	b := batch{events: l.unwritten, all: l.afresh || l.written+len(l.unwritten) > 2*keptEvents}
	if b.all {
		b.events = slices.Collect(st.Events.all())
	}
	l.unwritten, l.afresh = nil, false
	return b
}

// append writes a batch and returns the file that it replaced, if it did.
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
	// What lies behind the size is from a write that no snapshot followed.
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

// loggedEvent is the part of an event that never changes.
type loggedEvent struct {
	ID      string
	Type    string
	Created int64
	Payload json.RawMessage
}

// resume reads the events of a snapshot into the state and goes on with its log.
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
