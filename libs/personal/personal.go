// Package personal writes what a service holds of a person as one JSON object with a member for each [Section]. Services answer the
// gateway with it, which makes one document of all of them.
//
// The names of members are a contract with the people who keep such documents: they are added, but neither changed nor removed.
// Secrets do not belong into a section: no password, hash, token or code, and nothing that is personal data of somebody else.
package personal

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"gorm.io/gorm"

	"muster/libs/pg"
)

// batch is the number of rows that are held in memory.
const batch = 200

// errInterrupted replaces an error after which the transaction would be retried.
var errInterrupted = errors.New("the document was interrupted")

// Section is a member of the object.
type Section struct {
	name  string
	write func(ctx context.Context, tx *gorm.DB, w *bufio.Writer, userID int64) error
}

// Object is a section with the only row of a query; null if there is none. Every placeholder of the query is the user's id. Row is a
// struct whose fields gorm matches with the columns by name, and encoding/json writes.
func Object[Row any](name, query string) Section {
	return Section{name, func(ctx context.Context, tx *gorm.DB, w *bufio.Writer, userID int64) error {
		row, found, err := pg.First[Row](ctx, tx, "read "+name, query, ids(query, userID)...)
		if err != nil {
			return err
		}
		if !found {
			return writeText(w, "null")
		}
		return writeJSON(w, row)
	}}
}

// List is a section with all rows of a query, of which only a few are in memory at a time. See [Object].
func List[Row any](name, query string) Section {
	return Section{name, func(_ context.Context, tx *gorm.DB, w *bufio.Writer, userID int64) error {
		cursor := "personal_" + name // differs for each section: a connection keeps the prepared FETCH, and with it the types of the columns
		if err := tx.Exec("DECLARE "+cursor+" NO SCROLL CURSOR FOR "+query, ids(query, userID)...).Error; err != nil {
			return pg.Wrap("open "+name, err)
		}
		if err := writeText(w, "["); err != nil {
			return err
		}
		for first := true; ; first = false {
			rows := make([]Row, 0, batch)
			if err := tx.Raw(fmt.Sprintf("FETCH %d FROM %s", batch, cursor)).Scan(&rows).Error; err != nil {
				return pg.Wrap("read "+name, err)
			}
			if err := writeRows(w, rows, first); err != nil {
				return err
			}
			if len(rows) < batch {
				return writeText(w, "]")
			}
		}
	}}
}

func ids(query string, userID int64) []any {
	args := make([]any, strings.Count(query, "?"))
	for i := range args {
		args[i] = userID
	}
	return args
}

// Write writes the sections of a user as a JSON object, as of one moment. It holds neither the object nor a list in memory. An error
// leaves a part of the object.
func Write(ctx context.Context, db *gorm.DB, w io.Writer, userID int64, sections ...Section) error {
	begun := false
	return pg.Snapshot(ctx, db, func(ctx context.Context, tx *gorm.DB) error {
		if begun {
			return errInterrupted
		}
		begun = true
		out := bufio.NewWriter(w)
		separator := "{"
		for _, s := range sections {
			if err := errors.Join(writeText(out, separator), writeJSON(out, s.name), writeText(out, ":")); err != nil {
				return err
			}
			if err := s.write(ctx, tx, out, userID); err != nil {
				return err
			}
			separator = ","
		}
		if err := writeText(out, "}"); err != nil {
			return err
		}
		return out.Flush()
	})
}

func writeRows[Row any](w *bufio.Writer, rows []Row, first bool) error {
	for i, row := range rows {
		if i > 0 || !first {
			if err := writeText(w, ","); err != nil {
				return err
			}
		}
		if err := writeJSON(w, row); err != nil {
			return err
		}
	}
	return nil
}

func writeJSON(w *bufio.Writer, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, err = w.Write(text)
	return err
}

func writeText(w *bufio.Writer, text string) error {
	_, err := w.WriteString(text)
	return err
}
