package directorytest

import (
	"context"
	"maps"
	"slices"

	"muster/libs/usersapi"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/roster"
)

// rosterState is the part of the state that imports write.
type rosterState struct {
	users   map[int64]roster.LegacyUser
	imports map[string]roster.Import
	reports map[reportKey]roster.ImportRow
	resets  map[int64]directory.VerificationRequest
}

type reportKey struct {
	importID string
	line     int64
}

func newRoster() rosterState {
	return rosterState{map[int64]roster.LegacyUser{}, map[string]roster.Import{}, map[reportKey]roster.ImportRow{}, map[int64]directory.VerificationRequest{}}
}

func (r rosterState) clone() rosterState {
	return rosterState{maps.Clone(r.users), maps.Clone(r.imports), maps.Clone(r.reports), maps.Clone(r.resets)}
}

// Roster returns the roster's store, which shares the state.
func (s *Store) Roster() roster.Store { return rosterStore{s} }

type rosterStore struct{ *Store }

var _ roster.Store = rosterStore{}

// Tx is that of the Store.
func (r rosterStore) Tx(ctx context.Context, fn func(ctx context.Context, tx roster.Tx) error) error {
	return r.run(ctx, func(ctx context.Context, tx *tx) error { return fn(ctx, tx) })
}

// LegacyUser returns a legacy user as the roster has them now; the zero LegacyUser when there is none.
func (s *Store) LegacyUser(id int64) roster.LegacyUser {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.roster.users[id]
}

// LegacyUsers returns the number of legacy users on the roster.
func (s *Store) LegacyUsers() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.state.roster.users)
}

// Report returns the reports of an import, in order.
func (s *Store) Report(importID string) []roster.ImportRow {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows, _ := (*tx)(&s.state).ImportRowsFrom(context.Background(), importID, 0)
	return rows
}

// Import returns an import as it is now.
func (s *Store) Import(id string) roster.Import {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.roster.imports[id]
}

func (t *tx) LockLegacyUser(_ context.Context, email string) (int64, error) {
	for _, l := range t.roster.users {
		if l.UserID == nil && usersapi.SameEmail(l.Email, email) {
			return l.ID, nil
		}
	}
	return 0, directory.ErrLegacyUserNotFound
}

func (t *tx) LinkLegacyUser(ctx context.Context, legacyUserID, userID int64) error {
	l := t.roster.users[legacyUserID]
	l.UserID = &userID
	t.roster.users[legacyUserID] = l
	return t.GiveProperties(ctx, userID, l.Properties)
}

func (t *tx) GiveProperties(_ context.Context, userID int64, p directory.Properties) error {
	if t.properties[userID] == "" {
		t.properties[userID] = p
	}
	return nil
}

func (t *tx) LockRoster(_ context.Context, ids []int64, emails []string) (legacy []roster.LegacyUser, users []directory.User, err error) {
	named := func(email string) bool {
		return email != "" && slices.ContainsFunc(emails, func(e string) bool { return usersapi.SameEmail(e, email) })
	}
	for _, l := range t.roster.users {
		if slices.Contains(ids, l.ID) || named(l.Email) {
			legacy = append(legacy, l)
		}
	}
	for _, u := range t.users {
		if !u.Deleted && named(u.Email) {
			users = append(users, u)
		}
	}
	return legacy, users, nil
}

func (t *tx) PutLegacyUsers(_ context.Context, users ...roster.LegacyUser) error {
	for _, l := range users {
		t.roster.users[l.ID] = l
	}
	return nil
}

func (t *tx) ReleaseLegacyUser(_ context.Context, userID int64) error {
	for id, l := range t.roster.users {
		if l.UserID != nil && *l.UserID == userID && l.Email != "" {
			l.UserID = nil
			t.roster.users[id] = l
			if t.properties[userID] == l.Properties {
				t.properties[userID] = ""
			}
		}
	}
	return nil
}

func (t *tx) ForgetLegacyUser(_ context.Context, userID int64) error {
	for id, l := range t.roster.users {
		if l.UserID != nil && *l.UserID == userID {
			t.roster.users[id] = roster.LegacyUser{ID: id, UserID: l.UserID}
		}
	}
	return nil
}

func (t *tx) LegacyProfile(_ context.Context, legacyUserID int64) (directory.LegacyProfile, error) {
	l, ok := t.roster.users[legacyUserID]
	if !ok {
		return directory.LegacyProfile{}, directory.ErrLegacyUserNotFound
	}
	return directory.LegacyProfile{
		LegacyUserID: l.ID, Email: l.Email, Username: l.Username, FirstName: l.FirstName, LastName: l.LastName, CreatedAt: l.CreatedAt,
	}, nil
}

func (t *tx) LegacyReset(_ context.Context, legacyUserID int64) (directory.VerificationRequest, error) {
	r, ok := t.roster.resets[legacyUserID]
	if !ok {
		return directory.VerificationRequest{}, directory.ErrNoVerification
	}
	return r, nil
}

func (t *tx) PutLegacyReset(_ context.Context, legacyUserID int64, r directory.VerificationRequest) error {
	t.roster.resets[legacyUserID] = r
	return nil
}

func (t *tx) DropLegacyReset(_ context.Context, legacyUserID int64) error {
	delete(t.roster.resets, legacyUserID)
	return nil
}

func (t *tx) LockImport(_ context.Context, id string) (roster.Import, error) {
	i, ok := t.roster.imports[id]
	if !ok {
		return roster.Import{}, roster.ErrImportNotFound
	}
	return i, nil
}

func (t *tx) CreateImport(_ context.Context, i roster.Import) error {
	if _, ok := t.roster.imports[i.ID]; ok {
		return roster.ErrImportRunning
	}
	t.roster.imports[i.ID] = i
	return nil
}

func (t *tx) UpdateImport(_ context.Context, i roster.Import) error {
	t.roster.imports[i.ID] = i
	return nil
}

func (t *tx) PutImportRows(_ context.Context, importID string, rows []roster.ImportRow) error {
	for _, r := range rows {
		t.roster.reports[reportKey{importID, r.Line}] = r
	}
	return nil
}

func (t *tx) ImportRowsFrom(_ context.Context, importID string, line int64) (rows []roster.ImportRow, err error) {
	for k, r := range t.roster.reports {
		if k.importID == importID && k.line >= line {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b roster.ImportRow) int { return int(a.Line - b.Line) })
	return rows, nil
}

func (t *tx) CountActivating(_ context.Context, importID string) (n int64, err error) {
	for k, r := range t.roster.reports {
		if k.importID == importID && r.Outcome == roster.RowActivated && t.roster.users[*r.LegacyUserID].UserID == nil {
			n++
		}
	}
	return n, nil
}
