package postgres_test

import (
	"strings"
	"testing"

	"muster/libs/outbox"
	"muster/libs/testkit/pgtest"
	"muster/services/identity/internal/adapter/postgres"
)

// TestClaimantsOfAnAddressAreFoundByIndexes looks at the plan: every address change asks for them, among a million.
func TestClaimantsOfAnAddressAreFoundByIndexes(t *testing.T) {
	db, _ := pgtest.New(t, outbox.Migrations, postgres.Migrations)
	err := db.Exec(`INSERT INTO accounts (version, email, displaced, auth_type_code, type_code, is_active, email_verified, created_at, activity_version, user_version, deleted)
		SELECT 1, 'user' || n || '@example.com', n % 10 = 0, 'EMAI', 'NONS', true, true, now(), 1, 1, false FROM generate_series(1, 5000) n`).Error
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Exec("ANALYZE accounts").Error; err != nil {
		t.Fatal(err)
	}
	var plan []string
	err = db.Raw("EXPLAIN SELECT user_id FROM accounts WHERE "+postgres.Claimants+" ORDER BY user_id FOR UPDATE",
		"user7@example.com", "user7@example.com").Scan(&plan).Error
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(plan, "\n")
	if !strings.Contains(text, "accounts_email_unique") || !strings.Contains(text, "accounts_displaced_email_idx") || strings.Contains(text, "Seq Scan") {
		t.Error(text)
	}
}
