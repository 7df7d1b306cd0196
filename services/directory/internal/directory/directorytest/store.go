package directorytest

import (
	"cmp"
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
}

type request struct {
	directory.VerificationRequest
	id int64
}

// mail is a mail with what became of it.
type mail struct {
	directory.Mail
	tried bool
	due   *time.Time // nil once it is sent or abandoned
	ended time.Time
}

// end is the mail after its end, without what is personal.
func (m mail) end(now time.Time) mail {
	m.tried, m.due, m.ended, m.Recipient, m.Code = true, nil, now, "", ""
	return m
}

// NewStore makes an empty store.
func NewStore() *Store {
	return &Store{state: state{
		users: map[int64]directory.User{}, properties: map[int64]directory.Properties{},
		requests: map[requestKey]request{}, mails: map[int64]mail{},
	}}
}

// Tx runs fn on a copy of the state that takes the state's place if fn succeeds.
func (s *Store) Tx(ctx context.Context, fn func(ctx context.Context, tx directory.Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.state
	next.users, next.requests, next.mails = maps.Clone(next.users), maps.Clone(next.requests), maps.Clone(next.mails)
	next.properties = maps.Clone(next.properties)
	next.published = slices.Clone(next.published)
	if err := fn(ctx, (*tx)(&next)); err != nil {
		return err
	}
	s.state = next
	return nil
}

// User gives a user as it is stored now; the zero user when there is none.
func (s *Store) User(id int64) directory.User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.users[id]
}

// Properties gives the properties of a user as they are stored now.
func (s *Store) Properties(id int64) directory.Properties {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.properties[id]
}

// Put stores users as they are.
func (s *Store) Put(users ...directory.User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range users {
		s.state.users[u.ID] = u
	}
}

// Request gives a verification request; found is false when there is none.
func (s *Store) Request(userID int64, typeCode string) (r directory.VerificationRequest, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stored, found := s.state.requests[requestKey{userID, typeCode}]
	return stored.VerificationRequest, found
}

// RequestID gives the id under which a verification request is stored; 0 when there is none.
func (s *Store) RequestID(userID int64, typeCode string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.requests[requestKey{userID, typeCode}].id
}

// Published gives all that was published, in order.
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

func (t *tx) PutProperties(_ context.Context, id int64, p directory.Properties) (changed bool, err error) {
	changed = t.properties[id] != p
	t.properties[id] = p
	return changed, nil
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

func (t *tx) LockRequest(_ context.Context, userID int64, typeCode string) (directory.VerificationRequest, error) {
	r, ok := t.requests[requestKey{userID, typeCode}]
	if !ok {
		return directory.VerificationRequest{}, directory.ErrNoVerification
	}
	return r.VerificationRequest, nil
}

func (t *tx) LockRequestByID(_ context.Context, id int64) (directory.VerificationRequest, error) {
	for _, r := range t.requests {
		if r.id == id {
			return r.VerificationRequest, nil
		}
	}
	return directory.VerificationRequest{}, directory.ErrRequestNotFound
}

func (t *tx) LockRequests(_ context.Context, userIDs []int64) (requests []directory.VerificationRequest, _ error) {
	for _, r := range t.requests {
		if slices.Contains(userIDs, r.UserID) {
			requests = append(requests, r.VerificationRequest)
		}
	}
	return requests, nil
}

func (t *tx) PutRequest(_ context.Context, requests ...directory.VerificationRequest) error {
	for _, r := range requests {
		key := requestKey{r.UserID, r.TypeCode}
		id := t.requests[key].id
		if id == 0 {
			t.lastRequest++
			id = t.lastRequest
		}
		t.requests[key] = request{r, id}
		t.takeBack(func(m mail) bool { return m.UserID == r.UserID && string(m.Kind) == r.TypeCode && m.Code != r.Code })
	}
	return nil
}

func (t *tx) CloseRequests(_ context.Context, userID int64, typeCodes ...string) error {
	closed := func(owner int64, typeCode string) bool {
		return owner == userID && (len(typeCodes) == 0 || slices.Contains(typeCodes, typeCode))
	}
	maps.DeleteFunc(t.requests, func(k requestKey, _ request) bool { return closed(k.userID, k.typeCode) })
	t.takeBack(func(m mail) bool { return closed(m.UserID, string(m.Kind)) })
	return nil
}

// takeBack ends mails that were not sent yet.
func (t *tx) takeBack(which func(mail) bool) {
	for id, m := range t.mails {
		if m.due != nil && which(m) {
			t.mails[id] = m.end(*m.due)
		}
	}
}

func (t *tx) PurgeRequests(_ context.Context, before time.Time, limit int) (purged int, _ error) {
	maps.DeleteFunc(t.requests, func(_ requestKey, r request) bool {
		old := r.ExpiresAt.Before(before) && purged < limit
		if old {
			purged++
		}
		return old
	})
	return purged, nil
}

func (t *tx) QueueMail(_ context.Context, m directory.Mail) error {
	t.queue(m, m.QueuedAt)
	return nil
}

func (t *tx) QueueClaimedMail(_ context.Context, until time.Time, mails ...directory.Mail) (queued []directory.Mail, _ error) {
	for _, m := range mails {
		m.Attempts = 1
		queued = append(queued, t.queue(m, until))
	}
	return queued, nil
}

func (t *tx) queue(m directory.Mail, due time.Time) directory.Mail {
	t.lastMail++
	m.ID = t.lastMail
	t.mails[m.ID] = mail{Mail: m, due: &due}
	return m
}

func (t *tx) CountMail(_ context.Context, userID int64, kind directory.MailKind, since time.Time) (int, error) {
	n := 0
	for _, m := range t.mails {
		if m.UserID == userID && m.Kind == kind && !m.QueuedAt.Before(since) {
			n++
		}
	}
	return n, nil
}

func (t *tx) Publish(_ context.Context, payloads ...contracts.Payload) error {
	t.published = append(t.published, payloads...)
	return nil
}

// ClaimMail claims the mail that is due for longest.
func (s *Store) ClaimMail(_ context.Context, now, until time.Time) (directory.Mail, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var due []mail
	for _, m := range s.state.mails {
		if m.due != nil && !m.due.After(now) {
			due = append(due, m)
		}
	}
	if len(due) == 0 {
		return directory.Mail{}, false, nil
	}
	m := slices.MinFunc(due, func(a, b mail) int { return cmp.Or(a.due.Compare(*b.due), cmp.Compare(a.ID, b.ID)) })
	m.Attempts++
	m.due = &until
	s.state.mails[m.ID] = m
	return m.Mail, true, nil
}

// end notes what became of an attempt, if the mail was not taken back or ended before.
func (s *Store) end(id int64, change func(*mail)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m, ok := s.state.mails[id]; ok && m.due != nil {
		m.tried = true
		change(&m)
		s.state.mails[id] = m
	}
	return nil
}

// MailSent ends a mail.
func (s *Store) MailSent(_ context.Context, id int64, now time.Time) error {
	return s.end(id, func(m *mail) { *m = m.end(now) })
}

// MailAbandoned ends a mail.
func (s *Store) MailAbandoned(ctx context.Context, id int64, now time.Time) error {
	return s.MailSent(ctx, id, now)
}

// MailFailed sets the time of the next attempt.
func (s *Store) MailFailed(_ context.Context, id int64, retryAt time.Time) error {
	return s.end(id, func(m *mail) { m.due = &retryAt })
}

// UntriedMail counts mails no attempt of which has ended.
func (s *Store) UntriedMail(_ context.Context, userID int64) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, m := range s.state.mails {
		if m.UserID == userID && !m.tried {
			n++
		}
	}
	return n, nil
}

// PurgeMail removes mails that ended before the given time.
func (s *Store) PurgeMail(_ context.Context, before time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.state.mails, func(_ int64, m mail) bool { return m.due == nil && m.ended.Before(before) })
	return nil
}
