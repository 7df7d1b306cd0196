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
	"muster/services/identity/internal/adapter/postgres"
	"muster/services/identity/internal/identity"
)

// addAccounts inserts accounts with the given columns email and, after it, email_key if there is one.
func addAccounts(t *testing.T, db *gorm.DB, columns string, rows any) (inserted int64) {
	t.Helper()
	list, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	result := db.Exec(`INSERT INTO accounts (`+columns+`, version, displaced, auth_type_code, type_code, is_active, email_verified, created_at, activity_version, user_version, deleted)
		SELECT `+columns+`, 1, false, 'EMAI', 'NONS', true, true, now(), 1, 1, false
		FROM json_to_recordset(?::json) AS r(email text, email_key text) ON CONFLICT DO NOTHING`, string(list))
	if result.Error != nil {
		t.Fatal(result.Error)
	}
	return result.RowsAffected
}

// TestAddressesAreTheSameInTheDatabaseAsInTheCode tries every spelling that case, width and normalization make.
func TestAddressesAreTheSameInTheDatabaseAsInTheCode(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, postgres.Migrations)
	type row struct {
		Email string  `json:"email"`
		Key   *string `json:"email_key"`
	}
	var rows []row
	keys := map[string]bool{}
	for _, email := range usersapitest.Addresses() {
		rows = append(rows, row{email, emailkeys.Column(email)})
		keys[usersapi.EmailKey(email)] = true
	}
	if inserted := addAccounts(t, db, "email, email_key", rows); inserted != int64(len(keys)) {
		t.Errorf("the database tells %d of %d spellings apart, the code %d", inserted, len(rows), len(keys))
	}
	var stored []struct{ Email, Key string }
	if err := db.Raw("SELECT email, email_key_of(email, email_key) AS key FROM accounts").Scan(&stored).Error; err != nil {
		t.Fatal(err)
	}
	for _, s := range stored {
		if s.Key != usersapi.EmailKey(s.Email) {
			t.Errorf("the key of %q is %q in the database", s.Email, s.Key)
		}
	}
}

// TestAccountsFromBeforeTheKeys migrates a database with accounts in it, and lets a replica of the release before write.
func TestAccountsFromBeforeTheKeys(t *testing.T) {
	before := fstest.MapFS{}
	for _, name := range []string{"0001_accounts.sql", "0002_legacy_accounts.sql"} {
		text, err := fs.ReadFile(postgres.Migrations.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		before[name] = &fstest.MapFile{Data: text}
	}
	db, url := pgtest.New(t, outbox.Migrations, pg.Migrations{Name: postgres.Migrations.Name, FS: before})
	type row struct {
		Email string `json:"email"`
	}
	addAccounts(t, db, "email", []row{{"Ada@Example.com"}, {"carol@maİl.example"}, {"ann@xn--bcher-kva.example"}, {"Ann@bücher.example"}, {"bea@BÜCHER.example"}, {"JÖRG@example.com"}})
	if err := pg.Migrate(t.Context(), url, postgres.Migrations); err != nil {
		t.Fatal(err)
	}
	addAccounts(t, db, "email", []row{{"dora@bücher.example"}, {"dora@xn--bcher-kva.example"}}) // a replica of the release before

	store := postgres.New(db, time.Now)
	repair := func() string {
		t.Helper()
		var log bytes.Buffer
		if err := emailkeys.Repair(t.Context(), db, slog.New(slog.NewTextHandler(&log, nil)), postgres.EmailKeys...); err != nil {
			t.Fatal(err)
		}
		return log.String()
	}
	found := func(email string) identity.Account {
		t.Helper()
		a, err := store.AccountByEmail(t.Context(), email)
		if err != nil {
			t.Fatalf("%s: %v", email, err)
		}
		return a
	}
	for range 2 { // it stays as it is
		if log := repair(); strings.Count(log, "\n") != 2 || !strings.Contains(log, "user_id=4") || !strings.Contains(log, "user_id=7") {
			t.Errorf("logged %s", log)
		}
		for email, want := range map[string]string{
			"ADA@example.com": "Ada@Example.com", "carol@xn--mail-swc.example": "carol@maİl.example", "ann@bu\u0308cher.example": "ann@xn--bcher-kva.example",
			"BEA@xn--bcher-kva.example": "bea@BÜCHER.example", "jÖrg@example.com": "JÖRG@example.com", "dora@bücher.example": "dora@xn--bcher-kva.example",
		} {
			if got := found(email).Email; got != want {
				t.Errorf("%s is the account of %s, want %s", email, got, want)
			}
		}
	}

	// The loser of a collision retries with another address.
	err := store.Tx(t.Context(), func(ctx context.Context, tx identity.Tx) error {
		a, err := tx.LockAccount(ctx, 4)
		if err != nil {
			return err
		}
		a.Version++
		if err := tx.UpdateAccount(ctx, a); err != nil {
			return err
		}
		a.Email = "ann@example.com"
		return tx.UpdateAccount(ctx, a)
	})
	if err != nil {
		t.Error(err)
	}
	// The previous release changes an address without updating the key.
	if err := db.Exec("UPDATE accounts SET email = 'eve@königin.example' WHERE email = 'bea@BÜCHER.example'").Error; err != nil {
		t.Fatal(err)
	}
	repair()
	if a := found("eve@KÖNIGIN.example"); a.UserID != 5 || found("ann@example.com").UserID != 4 {
		t.Errorf("moved: %+v", a)
	}
}
