package rostertest

import (
	"context"
	"testing"

	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
	"muster/services/directory/internal/roster"
)

const silver = directory.Properties(`{"plan":"silver"}`)

// createWithProperties creates users 1 to 3, of which user 2 has properties.
func createWithProperties(t *testing.T, b Backend) {
	t.Helper()
	create(t, b, directorytest.SampleUser(1), directorytest.SampleUser(2), directorytest.SampleUser(3))
	put(t, b, 2, silver)
}

func put(t *testing.T, b Backend, userID int64, p directory.Properties) {
	t.Helper()
	inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error {
		_, err := tx.PutProperties(ctx, userID, p)
		return err
	})
}

func propertiesGiven(t *testing.T, b Backend) {
	createWithProperties(t, b)
	gold, bare := SampleLegacyUser(7).Properties, SampleLegacyUser(9)
	bare.Properties = ""
	putLegacy(t, b, SampleLegacyUser(7), SampleLegacyUser(8), bare)
	inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error {
		must(t, tx.LinkLegacyUser(ctx, 7, 1))
		must(t, tx.LinkLegacyUser(ctx, 8, 2))
		return tx.LinkLegacyUser(ctx, 9, 3)
	})
	for id, want := range map[int64]directory.Properties{1: gold, 2: silver, 3: ""} {
		equal(t, b.Properties(id), want)
	}
	in(t, b, func(ctx context.Context, tx roster.Tx) error {
		must(t, tx.GiveProperties(ctx, 1, silver))
		return tx.GiveProperties(ctx, 3, silver)
	})
	for id, want := range map[int64]directory.Properties{1: gold, 2: silver, 3: silver} {
		equal(t, b.Properties(id), want)
	}
}

// propertiesTakenBack: user 2 has properties of its own, and those of user 3 differ by a digit that JSON does not count.
func propertiesTakenBack(t *testing.T, b Backend) {
	createWithProperties(t, b)
	putLegacy(t, b, SampleLegacyUser(7), SampleLegacyUser(8), SampleLegacyUser(9))
	inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error {
		for n := range int64(3) {
			must(t, tx.LinkLegacyUser(ctx, 7+n, 1+n))
		}
		return nil
	})
	put(t, b, 3, `{"plan":"gold","rate":1.5}`)
	inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error {
		for n := range int64(3) {
			must(t, tx.ReleaseLegacyUser(ctx, 1+n))
		}
		return nil
	})
	for id, want := range map[int64]directory.Properties{1: "", 2: silver, 3: `{"plan":"gold","rate":1.5}`} {
		equal(t, b.Properties(id), want)
	}
	got, _ := lockLegacy(t, b, []int64{7}, "nobody@example.com")
	equal(t, got, []roster.LegacyUser{SampleLegacyUser(7)})
}
