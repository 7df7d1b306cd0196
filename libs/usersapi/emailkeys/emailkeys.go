// Package emailkeys maintains the column email_key of tables with a column email, so that the database compares
// addresses as [usersapi.EmailKey] does.
//
// The key of an ASCII address is the address in lower case, which the database can compute itself. The key of any other
// address needs IDNA, so the code stores it in email_key, which is null for ASCII addresses. The function
// email_key_of(email, email_key), which the migrations create, returns the key of a row. Queries and unique indexes use
// it.
//
// # Rows without a current key
//
// Rows that are older than the column, and rows that a replica of the previous release writes during a rolling upgrade,
// have no key, or the key of an earlier address. For ASCII addresses that makes no difference. [Repair] fixes the
// others: a service calls it before it serves, and again once per [Period]. It also updates keys when a newer version
// of IDNA's tables maps a domain differently.
//
// # Collisions
//
// Two old rows may turn out to have the same key: they were two accounts for one mailbox. Repair keeps the row that
// already has the key, or else the one with the lower id, and leaves the other without a key. That row cannot be found
// by its address until it gets another one, and every Repair logs its id until then. Everything else about the row
// works: an update that does not change the address does not change the key.
package emailkeys

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"
	"unicode"

	"muster/libs/pg"
	"muster/libs/usersapi"
)

// Column returns the value of email_key for an address: nil for an ASCII address.
func Column(email string) *string {
	for _, r := range email {
		if r > unicode.MaxASCII {
			key := usersapi.EmailKey(email)
			return &key
		}
	}
	return nil
}

// Of returns the keys of addresses, in the same order.
func Of(emails []string) []string {
	keys := make([]string, len(emails))
	for i, email := range emails {
		keys[i] = usersapi.EmailKey(email)
	}
	return keys
}

// Table names a table with the columns email and email_key.
type Table struct {
	Name   string
	ID     string // the column of its ids, which are bigint
	Unique string // the unique index on the keys
}

// Period is the longest time that a key may be missing after a replica of the previous release left it out.
const Period = 10 * time.Minute

// batch is the number of rows that Repair reads and writes at a time.
const batch = 1000

// row is a row whose key the database cannot compute.
type row struct {
	id    int64
	email string
	key   *string
}

// Database is a service's database: a *gorm.DB.
type Database interface {
	DB() (*sql.DB, error)
}

// Repair stores missing and outdated keys. It is safe on several replicas at the same time and beside writers: it
// changes no row whose address has changed since it was read.
func Repair(ctx context.Context, database Database, log *slog.Logger, tables ...Table) error {
	db, err := database.DB()
	if err != nil {
		return fmt.Errorf("email keys: %w", err)
	}
	for _, t := range tables {
		for after := int64(0); ; {
			rows, err := t.read(ctx, db, after)
			if err != nil {
				return fmt.Errorf("read the email keys of %s: %w", t.Name, err)
			}
			if len(rows) == 0 {
				break
			}
			if err := t.repair(ctx, db, log, rows); err != nil {
				return fmt.Errorf("store the email keys of %s: %w", t.Name, err)
			}
			after = rows[len(rows)-1].id
		}
	}
	return nil
}

// read returns the next rows. Its condition matches that of the index that the migration creates for it.
func (t Table) read(ctx context.Context, db *sql.DB, after int64) (rows []row, err error) {
	found, err := db.QueryContext(ctx, fmt.Sprintf(`SELECT %[1]s, coalesce(email, ''), email_key FROM %[2]s
		WHERE %[1]s > $1 AND (octet_length(email) <> char_length(email) OR email_key IS NOT NULL) ORDER BY %[1]s LIMIT %[3]d`, t.ID, t.Name, batch), after)
	if err != nil {
		return nil, err
	}
	defer found.Close() //nolint:errcheck // found.Err has told what went wrong while reading
	for found.Next() {
		var r row
		if err := found.Scan(&r.id, &r.email, &r.key); err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, found.Err()
}

// repair stores the keys of the rows whose key has changed, in one statement if possible.
func (t Table) repair(ctx context.Context, db *sql.DB, log *slog.Logger, rows []row) error {
	var wrong []row
	for _, r := range rows {
		key := Column(r.email)
		if (r.key == nil) != (key == nil) || r.key != nil && *r.key != *key {
			wrong = append(wrong, row{r.id, r.email, key})
		}
	}
	err := t.store(ctx, db, wrong)
	if !pg.IsUnique(err, t.Unique) {
		return err
	}
	for _, r := range wrong {
		err := t.store(ctx, db, []row{r})
		if pg.IsUnique(err, t.Unique) {
			log.WarnContext(ctx, "two rows have one email address: this one is not found by it until it gets another address",
				"table", t.Name, t.ID, r.id)
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t Table) store(ctx context.Context, db *sql.DB, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	ids, emails, keys := make([]int64, len(rows)), make([]string, len(rows)), make([]*string, len(rows))
	for i, r := range rows {
		ids[i], emails[i], keys[i] = r.id, r.email, r.key
	}
	_, err := db.ExecContext(ctx, fmt.Sprintf(`UPDATE %[2]s t SET email_key = v.key
		FROM unnest($1::bigint[], $2::text[], $3::text[]) v(id, email, key)
		WHERE t.%[1]s = v.id AND coalesce(t.email, '') = v.email`, t.ID, t.Name), ids, emails, keys)
	return err
}
