package directorytest

import (
	"context"
	"reflect"
	"testing"
	"time"

	"muster/services/directory/internal/directory"
)

// putRecord stores a user's record for Thunder.
func putRecord(t *testing.T, b Backend, id int64, r directory.ThunderRecord) {
	t.Helper()
	in(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.PutThunderRecord(ctx, id, r) })
}

// readRecord reads a user's record for Thunder.
func readRecord(t *testing.T, b Backend, id int64) (r directory.ThunderRecord) {
	t.Helper()
	in(t, b, func(ctx context.Context, tx directory.Tx) (err error) {
		r, err = tx.ThunderRecord(ctx, id)
		return err
	})
	return r
}

func thunderRecord(t *testing.T, b Backend) {
	create(t, b, SampleUser(1), SampleUser(2))
	changed, created := Noon.Truncate(time.Millisecond), Noon.Add(-time.Hour).Truncate(time.Millisecond)
	whole := directory.ThunderRecord{Token: "0a4b81f3-0756-468e-8d98-7199eaab2ab8", CreatedAt: &created, ChangedAt: changed}
	v := reflect.ValueOf(whole)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Fatalf("the sample does not set %s", v.Type().Field(i).Name)
		}
	}
	for _, r := range []directory.ThunderRecord{
		{ChangedAt: changed}, whole, {Token: "another", ChangedAt: changed.Add(time.Millisecond)}, {CreatedAt: &created, ChangedAt: changed},
	} {
		putRecord(t, b, 1, r)
		equal(t, readRecord(t, b, 1), r)
	}
	equal(t, readRecord(t, b, 2), directory.ThunderRecord{})
	equal(t, lock(t, b, 1), SampleUser(1))
}

func thunderRecordDeleted(t *testing.T, b Backend) {
	create(t, b, SampleUser(1), SampleUser(2))
	r := directory.ThunderRecord{Token: "token", ChangedAt: Noon.Truncate(time.Millisecond)}
	putRecord(t, b, 1, r)
	putRecord(t, b, 2, r)
	for range 2 { // none is left to delete the second time
		putRecord(t, b, 1, directory.ThunderRecord{})
		equal(t, readRecord(t, b, 1), directory.ThunderRecord{})
	}
	equal(t, readRecord(t, b, 2), r)
}
