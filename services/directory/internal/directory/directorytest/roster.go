package directorytest

import (
	"context"
	"maps"
	"slices"

	"muster/libs/usersapi"
	"muster/services/directory/internal/directory"
)

// roster is the part of the state that imports make.
type roster struct {
	users   map[int64]directory.LegacyUser
	imports map[string]directory.Import
	reports map[reportKey]directory.ImportRow
}

type reportKey struct {
	importID string
	line     int64
}

func newRoster() roster {
	return roster{map[int64]directory.LegacyUser{}, map[string]directory.Import{}, map[reportKey]directory.ImportRow{}}
}

func (r roster) clone() roster {
	return roster{maps.Clone(r.users), maps.Clone(r.imports), maps.Clone(r.reports)}
}

// LegacyUser gives a legacy user as the roster has them now; the zero LegacyUser when there is none.
func (s *Store) LegacyUser(id int64) directory.LegacyUser {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.roster.users[id]
}

// LegacyUsers counts the roster.
func (s *Store) LegacyUsers() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.state.roster.users)
}

// Report gives the reports of an import, in order.
func (s *Store) Report(importID string) []directory.ImportRow {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows, _ := (*tx)(&s.state).ImportRowsFrom(context.Background(), importID, 0)
	return rows
}

// Import gives an import as it is now.
func (s *Store) Import(id string) directory.Import {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state.roster.imports[id]
}

func (t *tx) LockLegacyUser(_ context.Context, email string) (directory.LegacyUser, error) {
	for _, l := range t.roster.users {
		if l.UserID == nil && usersapi.SameEmail(l.Email, email) {
			return l, nil
		}
	}
	return directory.LegacyUser{}, directory.ErrLegacyUserNotFound
}

func (t *tx) LockRoster(_ context.Context, ids []int64, emails []string) (legacy []directory.LegacyUser, users []directory.User, err error) {
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

func (t *tx) PutLegacyUsers(_ context.Context, users ...directory.LegacyUser) error {
	for _, l := range users {
		t.roster.users[l.ID] = l
	}
	return nil
}

func (t *tx) ForgetLegacyUser(_ context.Context, userID int64) error {
	for id, l := range t.roster.users {
		if l.UserID != nil && *l.UserID == userID {
			t.roster.users[id] = directory.LegacyUser{ID: id, UserID: l.UserID}
		}
	}
	return nil
}

func (t *tx) LockImport(_ context.Context, id string) (directory.Import, error) {
	i, ok := t.roster.imports[id]
	if !ok {
		return directory.Import{}, directory.ErrImportNotFound
	}
	return i, nil
}

func (t *tx) CreateImport(_ context.Context, i directory.Import) error {
	if _, ok := t.roster.imports[i.ID]; ok {
		return directory.ErrImportRunning
	}
	t.roster.imports[i.ID] = i
	return nil
}

func (t *tx) UpdateImport(_ context.Context, i directory.Import) error {
	t.roster.imports[i.ID] = i
	return nil
}

func (t *tx) PutImportRows(_ context.Context, importID string, rows []directory.ImportRow) error {
	for _, r := range rows {
		t.roster.reports[reportKey{importID, r.Line}] = r
	}
	return nil
}

func (t *tx) ImportRowsFrom(_ context.Context, importID string, line int64) (rows []directory.ImportRow, err error) {
	for k, r := range t.roster.reports {
		if k.importID == importID && k.line >= line {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b directory.ImportRow) int { return int(a.Line - b.Line) })
	return rows, nil
}

func (t *tx) CountActivating(_ context.Context, importID string) (n int64, err error) {
	for k, r := range t.roster.reports {
		if k.importID == importID && r.Outcome == directory.RowActivated && t.roster.users[*r.LegacyUserID].UserID == nil {
			n++
		}
	}
	return n, nil
}
