package directorytest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"muster/services/directory/internal/directory"
)

// PublishedLine writes one published payload.
func PublishedLine(eventType, key string, version int64) string {
	return fmt.Sprintf("%s %s %d", eventType, key, version)
}

// in runs fn in a transaction that must succeed.
func in(t *testing.T, b Backend, fn func(ctx context.Context, tx directory.Tx) error) {
	t.Helper()
	must(t, b.Tx(t.Context(), fn))
}

func create(t *testing.T, b Backend, users ...directory.User) {
	t.Helper()
	for _, u := range users {
		in(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.CreateUser(ctx, u) })
	}
}

// lock reads a user that must be there.
func lock(t *testing.T, b Backend, id int64) (u directory.User) {
	t.Helper()
	in(t, b, func(ctx context.Context, tx directory.Tx) (err error) {
		u, err = tx.LockUser(ctx, id)
		return err
	})
	return u
}

func ids(users []directory.User) (ids []int64) {
	for _, u := range users {
		ids = append(ids, u.ID)
	}
	return ids
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error %v, want %v", err, want)
	}
}

func equal[T any](t *testing.T, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got  %+v\nwant %+v", got, want)
	}
}
