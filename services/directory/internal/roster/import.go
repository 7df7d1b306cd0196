package roster

import (
	"crypto/sha256"
	"time"
)

// Import is the import of one roster, over any number of uploads.
type Import struct {
	ID string
	// DryRun means that the rows are only checked and only the report is stored.
	DryRun bool
	// StartedBy is the id of the administrator that started the import.
	StartedBy int64
	// Lines is the number of processed lines, including blank ones. Digest is their digest; the next upload must begin
	// with these lines.
	Lines  int64
	Digest Digest
	Tally  Tally

	StartedAt  time.Time
	UpdatedAt  time.Time
	FinishedAt *time.Time
}

// Digest is the SHA-256 of a prefix of a file.
type Digest [sha256.Size]byte

// Tally counts the rows of an import by their outcome.
type Tally struct {
	Created, Updated, Unchanged, Linked, Activated, Failed int64
}

// ImportOutcome is the outcome of a row.
type ImportOutcome string

// The outcomes.
const (
	// RowCreated, RowUpdated and RowUnchanged: the legacy user waits on the roster and is new, changed or unchanged.
	RowCreated   ImportOutcome = "created"
	RowUpdated   ImportOutcome = "updated"
	RowUnchanged ImportOutcome = "unchanged"
	// RowLinked: the legacy user is linked to a user, by this import or before.
	RowLinked ImportOutcome = "linked"
	// RowActivated: an account was created.
	RowActivated ImportOutcome = "activated"
	// RowFailed: the row's code and message give the reason.
	RowFailed ImportOutcome = "failed"
)

// ImportRow is the report of one row. It holds no personal data except the legacy id.
type ImportRow struct {
	Line int64
	// LegacyUserID is nil when it could not be parsed.
	LegacyUserID *int64
	Outcome      ImportOutcome
	// Code and Message add details to the outcome; they may be empty.
	Code    string
	Message string
}

// count adds rows to the tally.
func (t Tally) count(rows []ImportRow) Tally {
	for _, r := range rows {
		switch r.Outcome {
		case RowCreated:
			t.Created++
		case RowUpdated:
			t.Updated++
		case RowUnchanged:
			t.Unchanged++
		case RowLinked:
			t.Linked++
		case RowActivated:
			t.Activated++
		case RowFailed:
			t.Failed++
		}
	}
	return t
}

// advanced returns the import after one more batch.
func (i Import) advanced(b batch, rows []ImportRow, now time.Time) Import {
	i.Lines, i.Digest, i.Tally, i.UpdatedAt = b.last().number, b.last().digest, i.Tally.count(rows), now
	return i
}

// finished returns the import after its last batch.
func (i Import) finished(now time.Time) Import {
	i.UpdatedAt, i.FinishedAt = now, &now
	return i
}
