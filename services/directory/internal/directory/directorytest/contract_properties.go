package directorytest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"muster/services/directory/internal/directory"
)

// putProperties stores properties and reports whether they changed.
func putProperties(t *testing.T, b Backend, id int64, p directory.Properties) (changed bool) {
	t.Helper()
	in(t, b, func(ctx context.Context, tx directory.Tx) (err error) {
		changed, err = tx.PutProperties(ctx, id, p)
		return err
	})
	return changed
}

// readProperties reads properties in a transaction, in their canonical form.
func readProperties(t *testing.T, b Backend, id int64) (p directory.Properties) {
	t.Helper()
	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		stored, err := tx.Properties(ctx, id)
		if err != nil || stored == "" {
			return err
		}
		p, err = directory.ParseProperties(string(stored))
		return err
	})
	return p
}

func propertiesSurvive(t *testing.T, b Backend) {
	create(t, b, SampleUser(1), SampleUser(2))
	for _, text := range []string{
		`{"plan":"gold"}`,
		`{"a":{"b":[1,{"c":null}],"d":{}},"e":[],"f":true,"g":false}`,
		`{"":"empty name","zebra":1,"ä":"é","aa":"order","b":"\u2028","😀":"a\u0301 \ud83d\ude00"}`,
		`{"quote":"\" \\ / \b\f\n\r\t\u001f\u007f <&>' $1 ? @x {}"}`,
		`{"n":[0,-1,1.50,1.5,-0.0000001,12345678901234567890123456789012345678.9,9007199254740993]}`,
		`{"long":"` + strings.Repeat("é", 8000) + `"}`,
		strings.Repeat(`{"a":`, 15) + `{}` + strings.Repeat(`}`, 15),
	} {
		want, err := directory.ParseProperties(text)
		must(t, err)
		if !putProperties(t, b, 1, want) {
			t.Errorf("%.80s changed nothing", text)
		}
		equal(t, b.Properties(1), want)
		equal(t, readProperties(t, b, 1), want)
		if putProperties(t, b, 1, want) {
			t.Errorf("%.80s, once more, changed something", text)
		}
	}
	equal(t, b.Properties(2), "")
	equal(t, readProperties(t, b, 2), "")
	equal(t, lock(t, b, 1), SampleUser(1))
}

func propertiesReplaced(t *testing.T, b Backend) {
	create(t, b, SampleUser(1))
	for _, step := range []struct {
		put     directory.Properties
		changed bool
	}{
		{"", false}, {`{"a":1,"b":2}`, true}, {`{"b":2}`, true}, {`{"b":2.0}`, true}, {`{"b":2.0}`, false}, {"", true}, {"", false},
	} {
		if got := putProperties(t, b, 1, step.put); got != step.changed {
			t.Errorf("putting %q: changed is %v", step.put, got)
		}
		equal(t, b.Properties(1), step.put)
	}
}

func tombstoneWithProperties(t *testing.T, b Backend) {
	create(t, b, SampleUser(1))
	putProperties(t, b, 1, `{"plan":"gold"}`)
	changed := SampleAdmin(1)
	in(t, b, func(ctx context.Context, tx directory.Tx) error { return tx.UpdateUser(ctx, changed) })
	equal(t, b.Properties(1), `{"plan":"gold"}`)

	bury := func(ctx context.Context, tx directory.Tx) error { return tx.UpdateUser(ctx, SampleTombstone(1)) }
	if err := b.Tx(t.Context(), bury); err == nil {
		t.Error("a tombstone keeps properties")
	}
	equal(t, lock(t, b, 1), changed)

	abandoned := errors.New("abandoned")
	wantError(t, b.Tx(t.Context(), func(ctx context.Context, tx directory.Tx) error {
		_, err := tx.PutProperties(ctx, 1, "")
		return errors.Join(err, abandoned)
	}), abandoned)
	equal(t, b.Properties(1), `{"plan":"gold"}`)

	in(t, b, func(ctx context.Context, tx directory.Tx) error {
		_, err := tx.PutProperties(ctx, 1, "")
		return errors.Join(err, bury(ctx, tx))
	})
	equal(t, b.Properties(1), "")
	equal(t, lock(t, b, 1), SampleTombstone(1))
}
