package postgres_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"gorm.io/gorm"

	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/testkit/pgtest"
	"muster/libs/usersapi"
	"muster/libs/usersapi/emailkeys"
	"muster/libs/usersapi/usersapitest"
	"muster/services/directory/internal/adapter/postgres"
	"muster/services/directory/internal/directory"
)

// addUsers inserts users with the given columns: id, email and, after these, email_key if there is one.
func addUsers(t *testing.T, db *gorm.DB, columns string, rows any) (inserted int64) {
	t.Helper()
	list, err := json.Marshal(rows)
	must(t, err)
	result := db.Exec(`INSERT INTO users (`+columns+`, username, type_code, auth_type_code, is_active, created_at, updated_at, subscribed, deleted,
			rejected_because, version, access_version, account_version, subscription_version)
		SELECT `+columns+`, 'x', 'NONS', 'EMAI', true, now(), now(), false, false, '', 1, 1, 1, 0
		FROM json_to_recordset(?::json) AS r(id bigint, email text, email_key text) ON CONFLICT DO NOTHING`, string(list))
	must(t, result.Error)
	return result.RowsAffected
}

// TestAddressesAreTheSameInTheDatabaseAsInTheCode tries every spelling that case, width and normalization make.
func TestAddressesAreTheSameInTheDatabaseAsInTheCode(t *testing.T) {
	db := database(t)
	type row struct {
		ID    int     `json:"id"`
		Email string  `json:"email"`
		Key   *string `json:"email_key"`
	}
	var rows []row
	keys := map[string]bool{}
	for i, email := range usersapitest.Addresses() {
		rows = append(rows, row{i, email, emailkeys.Column(email)})
		keys[usersapi.EmailKey(email)] = true
	}
	equal(t, addUsers(t, db, "id, email, email_key", rows), int64(len(keys)))
	var stored []struct{ Email, Key string }
	must(t, db.Raw("SELECT email, email_key_of(email, email_key) AS key FROM users").Scan(&stored).Error)
	for _, s := range stored {
		if s.Key != usersapi.EmailKey(s.Email) {
			t.Errorf("the key of %q is %q in the database", s.Email, s.Key)
		}
	}
}

// TestUsersFromBeforeTheKeys migrates a database with users in it.
func TestUsersFromBeforeTheKeys(t *testing.T) {
	before := fstest.MapFS{}
	must(t, fs.WalkDir(postgres.Migrations.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || name >= "0006" {
			return err
		}
		text, err := fs.ReadFile(postgres.Migrations.FS, name)
		before[name] = &fstest.MapFile{Data: text}
		return err
	}))
	db, url := pgtest.New(t, outbox.Migrations, pg.Migrations{Name: postgres.Migrations.Name, FS: before})
	type row struct {
		ID    int    `json:"id"`
		Email string `json:"email"`
	}
	addUsers(t, db, "id, email", []row{{1, "Ada@Example.com"}, {2, "carol@maİl.example"}, {3, "ann@xn--bcher-kva.example"}, {4, "Ann@bücher.example"}})
	must(t, pg.Migrate(t.Context(), url, postgres.Migrations))
	var log bytes.Buffer
	must(t, emailkeys.Repair(t.Context(), db, slog.New(slog.NewTextHandler(&log, nil)), postgres.EmailKeys...))
	if !strings.Contains(log.String(), "id=4") || strings.Count(log.String(), "\n") != 1 {
		t.Errorf("logged %s", log.String())
	}
	must(t, postgres.New(db, time.Now).Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error {
		for email, id := range map[string]int64{"ADA@example.com": 1, "carol@XN--mail-swc.example": 2, "ann@BÜCHER.example": 3} {
			u, err := tx.LockUserByEmail(ctx, email)
			must(t, err)
			equal(t, u.ID, id)
		}
		_, err := tx.LockUserByEmail(ctx, "carol@mail.example")
		wantNobody(t, err)
		loser, err := tx.LockUser(ctx, 4) // goes on as before
		must(t, err)
		loser.Username = "ann"
		return tx.UpdateUser(ctx, loser)
	}))
}

func wantNobody(t *testing.T, err error) {
	t.Helper()
	if err != directory.ErrUserNotFound { //nolint:errorlint // the port gives it as it is
		t.Errorf("error %v", err)
	}
}
