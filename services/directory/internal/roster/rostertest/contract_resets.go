package rostertest

import (
	"context"
	"testing"
	"time"

	"muster/services/directory/internal/directory"
	"muster/services/directory/internal/directory/directorytest"
)

func profileRead(t *testing.T, b Backend) {
	bare := SampleLegacyUser(8)
	bare.FirstName, bare.LastName, bare.CreatedAt = nil, nil, nil
	putLegacy(t, b, SampleLegacyUser(7), bare)
	inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error {
		for _, want := range []directory.LegacyProfile{profile(7), {LegacyUserID: 8, Email: bare.Email, Username: bare.Username}} {
			got, err := tx.LegacyProfile(ctx, want.LegacyUserID)
			must(t, err)
			equal(t, got, want)
		}
		_, err := tx.LegacyProfile(ctx, 99)
		wantError(t, err, directory.ErrLegacyUserNotFound)
		return nil
	})
}

func profile(id int64) directory.LegacyProfile {
	l := SampleLegacyUser(id)
	return directory.LegacyProfile{LegacyUserID: id, Email: l.Email, Username: l.Username, FirstName: l.FirstName, LastName: l.LastName, CreatedAt: l.CreatedAt}
}

func resetKept(t *testing.T, b Backend) {
	putLegacy(t, b, SampleLegacyUser(7), SampleLegacyUser(8))
	at := directorytest.Noon.Truncate(time.Second)
	first := directory.VerificationRequest{TypeCode: "RPWR", Code: "abc123def456", CreatedOn: at, ExpiresAt: at.Add(time.Hour), Attempts: 3}
	second := first
	second.Code, second.CreatedOn, second.ExpiresAt, second.Attempts = "other1234567", at.Add(time.Minute), at.Add(2*time.Hour), 0
	for _, want := range []directory.VerificationRequest{first, second} {
		inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.PutLegacyReset(ctx, 7, want) })
		inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error {
			got, err := tx.LegacyReset(ctx, 7)
			equal(t, got, want)
			_, none := tx.LegacyReset(ctx, 8)
			wantError(t, none, directory.ErrNoVerification)
			return err
		})
	}
	for range 2 {
		inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.DropLegacyReset(ctx, 7) })
	}
	inDirectory(t, b, func(ctx context.Context, tx directory.Tx) error {
		_, err := tx.LegacyReset(ctx, 7)
		wantError(t, err, directory.ErrNoVerification)
		return nil
	})
}
