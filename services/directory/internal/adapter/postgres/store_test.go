package postgres_test

import (
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/outbox"
	"muster/libs/standing"
	"muster/libs/testkit/pgtest"
	"muster/libs/throttle"
	"muster/services/directory/internal/adapter/postgres"
	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
	"muster/services/directory/internal/roster/rostertest"
)

func TestStore(t *testing.T) {
	directorytest.TestStore(t, open)
	directorytest.TestMailQueue(t, open)
	rostertest.TestStore(t, func(t *testing.T) rostertest.Backend {
		db := database(t)
		s := postgres.New(db, time.Now)
		return rostertest.Backend{
			Roster: s.Roster(), Users: s, Properties: func(id int64) directory.Properties { return properties(t, db, id) },
		}
	})
}

func open(t *testing.T) directorytest.Backend {
	db := database(t)
	s := postgres.New(db, time.Now)
	return directorytest.Backend{
		Store: s, MailQueue: s, Published: func() []string { return published(t, db) },
		RequestID: func(userID int64, typeCode string) (id int64) {
			must(t, db.Raw("SELECT id FROM verification_requests WHERE user_id = ? AND type_code = ?", userID, typeCode).Scan(&id).Error)
			return id
		},
		Mails: func() (n int) {
			must(t, db.Raw("SELECT count(*) FROM mail_queue").Scan(&n).Error)
			return n
		},
		Properties: func(id int64) directory.Properties { return properties(t, db, id) },
	}
}

func database(t *testing.T) *gorm.DB {
	db, _ := pgtest.New(t, outbox.Migrations, standing.Migrations, throttle.Migrations, postgres.Migrations)
	return db
}

func counter(db *gorm.DB) directory.Throttle {
	return throttle.New(db, "a secret of these tests", time.Now)
}

// anyNumber is for tests that ask more than people do.
var anyNumber = directory.Rules{AttemptsPerNetwork: 1e6, AttemptsPerAddress: 1e6, ResendsPerNetwork: 1e6, MailsPerDay: 1e6}

func published(t *testing.T, db *gorm.DB) (lines []string) {
	var rows []struct {
		Type, Key string
		Version   int64
	}
	if err := db.Raw("SELECT type, key, version FROM outbox ORDER BY id").Scan(&rows).Error; err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		lines = append(lines, directorytest.PublishedLine(r.Type, r.Key, r.Version))
	}
	return lines
}
