package postgres_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"muster/libs/outbox"
	"muster/libs/testkit/pgtest"
	"muster/services/identity/internal/adapter/postgres"
	"muster/services/identity/internal/identity"
	"muster/services/identity/internal/identity/identitytest"
)

func newStore(t *testing.T) identitytest.StoreUnderTest {
	db, _ := pgtest.New(t, outbox.Migrations, postgres.Migrations)
	published := func(t *testing.T) []identitytest.Publication {
		var rows []identitytest.Publication
		if err := db.Raw("SELECT type, key, version FROM outbox ORDER BY id").Scan(&rows).Error; err != nil {
			t.Fatal(err)
		}
		return rows
	}
	return identitytest.StoreUnderTest{Store: postgres.New(db, time.Now), Published: published}
}

func TestStore(t *testing.T) { identitytest.TestStore(t, newStore) }

func TestKeyStore(t *testing.T) {
	identitytest.TestKeyStore(t, func(t *testing.T) identity.KeyStore { return newStore(t).Store.(*postgres.Store) })
}

func TestFactors(t *testing.T) {
	identitytest.TestFactors(t, func(t *testing.T) identitytest.FactorsUnderTest { return newStore(t).Store.(*postgres.Store) })
}

func TestPasskeyStore(t *testing.T) {
	identitytest.TestPasskeyStore(t, func(t *testing.T) identitytest.PasskeyStoreUnderTest { return newStore(t).Store.(*postgres.Store) })
}

func TestStandingOfUnknownOnes(t *testing.T) {
	s := newStore(t).Store.(*postgres.Store)
	for _, session := range []string{uuid.NewString(), "not a uuid", ""} {
		got, err := s.Standing(t.Context(), 4711, session)
		if err != nil || got.Admitted || !got.SessionEnded {
			t.Errorf("session %q: %+v, %v", session, got, err)
		}
	}
}
