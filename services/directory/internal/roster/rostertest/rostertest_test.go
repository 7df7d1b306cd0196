package rostertest_test

import (
	"errors"
	"testing"

	"muster/services/directory/internal/roster/rostertest"
)

func TestFakeLegacyAccounts(t *testing.T) {
	rostertest.TestLegacyAccounts(t, func(*testing.T) rostertest.Identity {
		f := rostertest.NewLegacyAccounts()
		return rostertest.Identity{LegacyAccounts: f, Fake: f, Leave: func() { f.Away(errors.New("away")) }}
	})
}
