package directorytest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"muster/libs/contracts"
	"muster/libs/usersapi"
	"muster/services/directory/internal/directory"
)

// Store is directory's store and mail queue in memory. Its transactions run one after the other.
type Store struct {
	mu    sync.Mutex
	state state
	// failing is the error of all transactions once the given number has succeeded.
	failing   error
	succeeded int
}

var (
	_ directory.Store     = (*Store)(nil)
	_ directory.MailQueue = (*Store)(nil)
)

type requestKey struct {
	userID   int64
	typeCode string
}

// state is all that the store holds. Its values are copied, never changed in place.
type state struct {
	users       map[int64]directory.User
	properties  map[int64]directory.Properties
	requests    map[requestKey]request
	lastRequest int64
	mails       map[int64]mail
	lastMail    int64
	published   []contracts.Payload
	thunder     map[int64]directory.ThunderRecord
	roster      rosterState
}

type request struct {
	directory.VerificationRequest
	id int64
}

// NewStore returns an empty store.
func NewStore() *Store {
	return &Store{state: state{
		users: map[int64]directory.User{}, properties: map[int64]directory.Properties{}, requests: map[requestKey]request{}, mails: map[int64]mail{},
		thunder: map[int64]directory.ThunderRecord{}, roster: newRoster(),
	}}
}

// Tx runs fn on a copy of the state, which replaces the state if fn succeeds.
func (s *Store) Tx(ctx context.Context, fn func(ctx context.Context, tx directory.Tx) error) error {
	return s.run(ctx, func(ctx context.Context, tx *tx) error { return fn(ctx, tx) })
}

func (s *Store) run(ctx context.Context, fn func(ctx context.Context, tx *tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing != nil {
		if s.succeeded == 0 {
			return s.failing
		}
		s.succeeded--
	}
	next := s.state
	next.users, next.requests, next.mails = maps.Clone(next.users), maps.Clone(next.requests), maps.Clone(next.mails)
	next.properties, next.thunder = maps.Clone(next.properties), maps.Clone(next.thunder)
	next.roster = next.roster.clone()
	next.published = slices.Clone(next.published)
	if err := fn(ctx, (*tx)(&next)); err != nil {
		return err
	}
	s.state = next
	return nil
}

// FailAfter makes all transactions after the given number fail with err, until it is called with nil.
func (s *Store) FailAfter(transactions int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing, s.succeeded = err, transactions
}

// User returns a user as it is stored now; the zero user when there is none.
func (s *Store) User(id int64) directory.User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.users[id]
}

// Properties returns the properties of a user as they are stored now.
func (s *Store) Properties(id int64) directory.Properties {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.properties[id]
}

// ThunderRecord returns what is kept of a user for Thunder's clients now.
func (s *Store) ThunderRecord(id int64) directory.ThunderRecord {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.thunder[id]
}

// Put stores users as they are.
func (s *Store) Put(users ...directory.User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range users {
		s.state.users[u.ID] = u
	}
}

// Request returns a verification request; found is false when there is none.
func (s *Store) Request(userID int64, typeCode string) (r directory.VerificationRequest, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stored, found := s.state.requests[requestKey{userID, typeCode}]
	return stored.VerificationRequest, found
}

// RequestID returns the id under which a verification request is stored; 0 when there is none.
func (s *Store) RequestID(userID int64, typeCode string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.requests[requestKey{userID, typeCode}].id
}

// Published returns all that was published, in order.
func (s *Store) Published() []contracts.Payload {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.state.published)
}

type tx state

func (t *tx) LockUser(_ context.Context, id int64) (directory.User, error) {
	u, ok := t.users[id]
	if !ok {
		return directory.User{}, directory.ErrUserNotFound
	}
	return u, nil
}

func (t *tx) LockUserByEmail(_ context.Context, email string) (directory.User, error) {
	for _, u := range t.users {
		if !u.Deleted && usersapi.SameEmail(u.Email, email) {
			return u, nil
		}
	}
	return directory.User{}, directory.ErrUserNotFound
}

func (t *tx) LockUsers(_ context.Context, ids []int64) ([]directory.User, error) {
	return t.lockLive(func(u directory.User) bool { return slices.Contains(ids, u.ID) }), nil
}

func (t *tx) LockUserRange(_ context.Context, first, last int64, limit int) (users []directory.User, err error) {
	for _, id := range slices.Sorted(maps.Keys(t.users)) {
		if id >= first && id <= last && len(users) < limit {
			users = append(users, t.users[id])
		}
	}
	return users, nil
}

func (t *tx) LockUsersByEmail(_ context.Context, emails []string) ([]directory.User, error) {
	return t.lockLive(func(u directory.User) bool {
		return slices.ContainsFunc(emails, func(email string) bool { return usersapi.SameEmail(u.Email, email) })
	}), nil
}

func (t *tx) lockLive(wanted func(directory.User) bool) (users []directory.User) {
	for _, id := range slices.Sorted(maps.Keys(t.users)) {
		if u := t.users[id]; !u.Deleted && wanted(u) {
			users = append(users, u)
		}
	}
	return users
}

func (t *tx) Email(_ context.Context, id int64) (string, error) {
	u, ok := t.users[id]
	if !ok || u.Deleted {
		return "", directory.ErrUserNotFound
	}
	return u.Email, nil
}

func (t *tx) EmailTaken(ctx context.Context, email string) (bool, error) {
	_, err := t.LockUserByEmail(ctx, email)
	return err == nil, nil
}

func (t *tx) LockUsersDue(_ context.Context, now time.Time, limit int) ([]directory.User, error) {
	var due []directory.User
	for _, u := range t.users {
		if u.TypeDueAt != nil && !u.TypeDueAt.After(now) {
			due = append(due, u)
		}
	}
	slices.SortFunc(due, func(a, b directory.User) int { return a.TypeDueAt.Compare(*b.TypeDueAt) })
	return due[:min(limit, len(due))], nil
}

func (t *tx) taken(u directory.User) bool {
	other, err := t.LockUserByEmail(context.Background(), u.Email)
	return !u.Deleted && err == nil && other.ID != u.ID
}

func (t *tx) CreateUser(_ context.Context, u directory.User) error {
	if t.taken(u) {
		return directory.ErrEmailExists
	}
	t.users[u.ID] = u
	return nil
}

func (t *tx) UpdateUser(_ context.Context, u directory.User) error {
	if t.taken(u) {
		return directory.ErrEmailExists
	}
	if u.Deleted && t.properties[u.ID] != "" {
		return errors.New("the tombstone still has properties")
	}
	t.users[u.ID] = u
	return nil
}

func (t *tx) Properties(_ context.Context, id int64) (directory.Properties, error) {
	return t.properties[id], nil
}

func (t *tx) PutProperties(_ context.Context, id int64, p directory.Properties) (changed bool, err error) {
	changed = t.properties[id] != p
	t.properties[id] = p
	return changed, nil
}

func (t *tx) ThunderRecord(_ context.Context, id int64) (directory.ThunderRecord, error) {
	return t.thunder[id], nil
}

func (t *tx) PutThunderRecord(_ context.Context, id int64, r directory.ThunderRecord) error {
	t.thunder[id] = r
	if r == (directory.ThunderRecord{}) {
		delete(t.thunder, id)
	}
	return nil
}

func (t *tx) OtherActiveAdmins(_ context.Context, id int64) (int, error) {
	n := 0
	for _, u := range t.users {
		if u.ID != id && u.IsActiveAdmin() {
			n++
		}
	}
	return n, nil
}

func (t *tx) Publish(_ context.Context, payloads ...contracts.Payload) error {
	t.published = append(t.published, payloads...)
	return nil
}
