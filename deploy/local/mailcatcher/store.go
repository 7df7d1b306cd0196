package mailcatcher

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// suffix is the suffix of mail files; the mail's id precedes it.
const suffix = ".eml"

// errNotFound says that there is no mail with the requested id.
var errNotFound = errors.New("message not found")

// entry is the part of a mail that is held in memory: its summary, and the text to search.
type entry struct {
	summary Summary
	text    string
}

// store stores mails in a directory, one file each. Ids are UUIDs of version 7, so their order is the order of arrival.
type store struct {
	dir   string
	limit int

	mu      sync.Mutex
	entries []entry // oldest first
}

// openStore creates the directory if necessary, and reads its mails.
func openStore(dir string, limit int, logger *slog.Logger) (*store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the directory %s for mails (%w): choose another with --dir", dir, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"+suffix))
	if err != nil {
		return nil, err
	}
	s := &store{dir: dir, limit: limit}
	slices.Sort(files)
	for _, file := range files {
		id := strings.TrimSuffix(filepath.Base(file), suffix)
		raw, err := os.ReadFile(file)
		if err == nil {
			err = uuid.Validate(id)
		}
		if err != nil {
			logger.Warn("mail file skipped", "file", file, "error", err)
			continue
		}
		s.entries = append(s.entries, newEntry(parse(id, raw)))
	}
	s.prune()
	return s, nil
}

func newEntry(message Message) entry {
	return entry{summary: message.summary(), text: strings.ToLower(message.Subject + "\n" + message.Text)}
}

// add stores a mail. The mail is completely on disk when add returns.
func (s *store) add(sender string, recipients []string, raw []byte) error {
	var envelope bytes.Buffer
	fmt.Fprintf(&envelope, "%s: <%s>\r\n", returnPath, sender)
	for _, recipient := range recipients {
		fmt.Fprintf(&envelope, "%s: <%s>\r\n", deliveredTo, recipient)
	}
	raw = append(envelope.Bytes(), raw...)

	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	if err := writeWhole(s.path(id.String()), raw); err != nil {
		return err
	}
	s.entries = append(s.entries, newEntry(parse(id.String(), raw)))
	s.prune()
	return nil
}

// writeWhole writes a file atomically.
func writeWhole(path string, content []byte) error {
	unfinished := path + ".part"
	if err := os.WriteFile(unfinished, content, 0o600); err != nil {
		_ = os.Remove(unfinished)
		return err
	}
	return os.Rename(unfinished, path)
}

// prune deletes the oldest mails beyond the limit.
func (s *store) prune() {
	for len(s.entries) > s.limit {
		_ = os.Remove(s.path(s.entries[0].summary.ID))
		s.entries = s.entries[1:]
	}
}

func (s *store) path(id string) string { return filepath.Join(s.dir, id+suffix) }

// find returns the mails that match, newest first.
func (s *store) find(wanted query) []Summary {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []Summary{}
	for _, e := range slices.Backward(s.entries) {
		if wanted.matches(e) {
			found = append(found, e.summary)
		}
	}
	return found
}

// counts returns the number of mails, and of unread ones.
func (s *store) counts() (total, unread int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.entries {
		if !e.summary.Read {
			unread++
		}
	}
	return len(s.entries), unread
}

// raw returns a mail as received, after its envelope.
func (s *store) raw(id string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.index(id) < 0 {
		return nil, errNotFound
	}
	return os.ReadFile(s.path(id))
}

// read returns a mail and marks it as read. The mark is not stored: after a restart all mails are unread.
func (s *store) read(id string) (Message, error) {
	raw, err := s.raw(id)
	if err != nil {
		return Message{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.index(id); i >= 0 {
		s.entries[i].summary.Read = true
	}
	return parse(id, raw), nil
}

// remove deletes the matching mails.
func (s *store) remove(wanted func(entry) bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var failures []error
	s.entries = slices.DeleteFunc(s.entries, func(e entry) bool {
		if !wanted(e) {
			return false
		}
		err := os.Remove(s.path(e.summary.ID))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			failures = append(failures, err)
			return false
		}
		return true
	})
	return errors.Join(failures...)
}

// index finds a mail by its id; -1 if there is none. The caller holds the lock.
func (s *store) index(id string) int {
	i, found := slices.BinarySearchFunc(s.entries, id, func(e entry, id string) int { return strings.Compare(e.summary.ID, id) })
	if !found {
		return -1
	}
	return i
}

// created returns the time of arrival in milliseconds, which is the beginning of an id.
func created(id string) time.Time {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return time.Time{}
	}
	seconds, nanoseconds := parsed.Time().UnixTime()
	return time.Unix(seconds, nanoseconds).UTC()
}
