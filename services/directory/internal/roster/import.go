package roster

import (
	"crypto/sha256"
	"time"
)

// Import is the import of one roster, over as many uploads of it as it takes.
type Import struct {
	ID string
	// DryRun says that everything is checked and nothing but the report is kept.
	DryRun bool
	// StartedBy is the administrator who uploaded it first.
	StartedBy int64
	// Lines is how many lines are done, blank ones included, and Digest is the digest of them: what the next upload must
	// begin with.
	Lines  int64
	Digest Digest
	Tally  Tally

	StartedAt  time.Time
	UpdatedAt  time.Time
	FinishedAt *time.Time
}

// Digest is the SHA-256 of the beginning of a file.
type Digest [sha256.Size]byte

// Tally counts the rows of an import by their outcome.
type Tally struct {
	Created, Updated, Unchanged, Linked, Activated, Failed int64
}

// ImportOutcome is what became of a row.
type ImportOutcome string

// The outcomes.
const (
	// RowCreated, RowUpdated and RowUnchanged: they wait on the roster, and are new there, or said something new, or did not.
	RowCreated   ImportOutcome = "created"
	RowUpdated   ImportOutcome = "updated"
	RowUnchanged ImportOutcome = "unchanged"
	// RowLinked: they are a user already, since now or since before.
	RowLinked ImportOutcome = "linked"
	// RowActivated: an account was made for them.
	RowActivated ImportOutcome = "activated"
	// RowFailed: the code and the message of the row say why.
	RowFailed ImportOutcome = "failed"
)

// ImportRow is the report of one row. It holds nothing personal but the legacy id.
type ImportRow struct {
	Line int64
	// LegacyUserID is nil when the row could not be read that far.
	LegacyUserID *int64
	Outcome      ImportOutcome
	// Code and Message say what is to be said besides the outcome, or nothing.
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

// advanced is the import with one batch more behind it.
func (i Import) advanced(b batch, rows []ImportRow, now time.Time) Import {
	i.Lines, i.Digest, i.Tally, i.UpdatedAt = b.last().number, b.last().digest, i.Tally.count(rows), now
	return i
}

// finished is the import with all of its file behind it.
func (i Import) finished(now time.Time) Import {
	i.UpdatedAt, i.FinishedAt = now, &now
	return i
}
