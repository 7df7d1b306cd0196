package rostertest

import (
	"testing"

	"muster/services/directory/internal/directory/directorytest"
	"muster/services/directory/internal/roster"
)

// Identity is a roster.LegacyAccounts under test, with the fake behind it.
type Identity struct {
	roster.LegacyAccounts
	Fake *LegacyAccounts
	// Leave makes identity unreachable.
	Leave func()
}

// TestLegacyAccounts checks that an implementation meets the contract of roster.LegacyAccounts.
func TestLegacyAccounts(t *testing.T, open func(t *testing.T) Identity) {
	for name, test := range map[string]func(*testing.T, Identity){
		"every field of a legacy user arrives":    legacyAccountArrives,
		"each gets its own answer, in order":      legacyAnswersInOrder,
		"a dry run does nothing":                  legacyDryRun,
		"repeating makes nobody twice":            legacyRepeated,
		"who cannot be reached is an error":       legacyAway,
		"nobody offered is nobody answered about": legacyNobody,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func sampleLegacyAccount(id int64) roster.LegacyAccount {
	l, hash := SampleLegacyUser(id), "$2y$10$<&>"
	return roster.LegacyAccount{
		LegacyUserID: id, Email: l.Email, Username: l.Username, FirstName: l.FirstName, LastName: l.LastName, CreatedAt: *l.CreatedAt,
		EmailVerified: true, PasswordHash: &hash, Activate: true,
	}
}

func legacyAccountArrives(t *testing.T, i Identity) {
	bare := roster.LegacyAccount{LegacyUserID: 8, Email: "bare@example.com", Username: "bare", CreatedAt: directorytest.Noon.UTC()}
	_, err := i.Offer(t.Context(), false, []roster.LegacyAccount{sampleLegacyAccount(7), bare})
	must(t, err)
	equal(t, i.Fake.Offered(), []roster.LegacyAccount{sampleLegacyAccount(7), bare})
}

func legacyAnswersInOrder(t *testing.T, i Identity) {
	stored, refused, bad := sampleLegacyAccount(8), sampleLegacyAccount(9), "bad"
	stored.Activate, refused.PasswordHash = false, &bad
	results, err := i.Offer(t.Context(), false, []roster.LegacyAccount{refused, sampleLegacyAccount(7), stored})
	must(t, err)
	user := int64(1001)
	equal(t, results, []roster.LegacyResult{
		{LegacyUserID: 9, Outcome: roster.LegacyFailed, Code: "HASH_UNSUPPORTED", Message: "The format of the password hash is not known."},
		{LegacyUserID: 7, Outcome: roster.LegacyActivated, UserID: &user},
		{LegacyUserID: 8, Outcome: roster.LegacyStored},
	})
	equal(t, i.Fake.Hash(8), "$2y$10$<&>")
}

func legacyDryRun(t *testing.T, i Identity) {
	results, err := i.Offer(t.Context(), true, []roster.LegacyAccount{sampleLegacyAccount(7)})
	must(t, err)
	equal(t, results, []roster.LegacyResult{{LegacyUserID: 7, Outcome: roster.LegacyActivated}})
	equal(t, i.Fake.Accounts(), 0)
}

func legacyRepeated(t *testing.T, i Identity) {
	var last []roster.LegacyResult
	for range 2 {
		results, err := i.Offer(t.Context(), false, []roster.LegacyAccount{sampleLegacyAccount(7)})
		must(t, err)
		last = results
	}
	user := int64(1001)
	equal(t, last, []roster.LegacyResult{{LegacyUserID: 7, Outcome: roster.LegacyExists, UserID: &user}})
	equal(t, i.Fake.Accounts(), 1)
}

func legacyAway(t *testing.T, i Identity) {
	i.Leave()
	if _, err := i.Offer(t.Context(), false, []roster.LegacyAccount{sampleLegacyAccount(7)}); err == nil {
		t.Fatal("no error")
	}
}

func legacyNobody(t *testing.T, i Identity) {
	results, err := i.Offer(t.Context(), false, nil)
	must(t, err)
	equal(t, len(results), 0)
}
