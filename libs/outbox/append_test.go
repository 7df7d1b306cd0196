package outbox_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/outbox"
	"muster/libs/pg"
	"muster/libs/testkit/kafkatest"
)

func TestTheEnvelopeIsComplete(t *testing.T) {
	h := newHouse(t)
	h.run(h.relay())
	now := time.Date(2026, 1, 2, 3, 4, 5, 678_901_000, time.FixedZone("", 3600))
	err := pg.Tx(context.Background(), h.db, func(ctx context.Context, tx *gorm.DB) error {
		return outbox.Append(ctx, tx, "identity", now, payload{Topic: contracts.TopicAccount, Key: "42", Version: 7, Text: "héllo \x00"})
	})
	if err != nil {
		t.Fatal(err)
	}
	m := kafkatest.Await(t, h.prefix+contracts.TopicAccount, 1)[0]
	got := map[string]string{"key": string(m.Key), "value": string(m.Value)}
	for _, header := range m.Headers {
		got[header.Key] = string(header.Value)
	}
	if len(got["ce_id"]) != 36 || got["ce_id"][14] != '7' {
		t.Errorf("ce_id = %q is not a UUIDv7", got["ce_id"])
	}
	delete(got, "ce_id")
	want := map[string]string{
		"key": "42", "value": `{"key":"42","version":7,"text":"héllo \u0000"}`, "ce_specversion": "1.0", "ce_type": contracts.TopicAccount,
		"ce_source": "/muster/identity", "ce_subject": "42", "ce_time": "2026-01-02T02:04:05.678901Z", "ce_aggregateversion": "7",
		"content-type": "application/json",
	}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s = %q, want %q", name, got[name], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %v", got)
	}
}

func TestWhatIsRolledBackIsNotPublished(t *testing.T) {
	h := newHouse(t)
	h.run(h.relay())
	oops := errors.New("oops")
	add := func(ctx context.Context, key string) error {
		return outbox.Append(ctx, pg.From(ctx, h.db), "identity", time.Now(), state(key, 1))
	}
	err := pg.Tx(context.Background(), h.db, func(ctx context.Context, _ *gorm.DB) error {
		return errors.Join(add(ctx, "rolled back"), oops)
	})
	if !errors.Is(err, oops) {
		t.Fatal(err)
	}
	err = pg.Tx(context.Background(), h.db, func(ctx context.Context, _ *gorm.DB) error {
		if err := add(ctx, "before"); err != nil {
			return err
		}
		err := pg.Tx(ctx, h.db, func(ctx context.Context, _ *gorm.DB) error { return errors.Join(add(ctx, "undone"), oops) })
		if !errors.Is(err, oops) {
			t.Error(err)
		}
		return add(ctx, "after")
	})
	if err != nil {
		t.Fatal(err)
	}
	h.await(contracts.TopicAccount, 2)
	h.eventually("an empty outbox", func() bool { return h.rows() == 0 })
	found := make(map[string]bool)
	for _, p := range decode(t, kafkatest.Records(t, h.prefix+contracts.TopicAccount)) {
		found[p.Key] = true
	}
	if len(found) != 2 || !found["before"] || !found["after"] {
		t.Errorf("published %v", found)
	}
}

func TestAppendNeedsATransaction(t *testing.T) {
	h := newHouse(t)
	if err := outbox.Append(context.Background(), h.db, "identity", time.Now(), state("1", 1)); err == nil {
		t.Error("an event was appended outside a transaction")
	}
	if n := h.rows(); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func TestACommitWakesTheRelay(t *testing.T) {
	h := newHouse(t)
	relay := h.relay()
	relay.NeverPoll()
	h.run(relay)
	for i := range 20 {
		h.publish(state("1", int64(i+1)))
		h.eventually("an empty outbox", func() bool { return h.rows() == 0 })
	}
}

func TestRowsThatNobodyAnnouncesAreFoundByPolling(t *testing.T) {
	h := newHouse(t)
	h.run(h.relay())
	h.publish(state("1", 1))
	h.await(contracts.TopicAccount, 1)
	const unannounced = `INSERT INTO outbox (event_id, topic, key, type, source, subject, version, occurred_at, trace, data)
		VALUES (gen_random_uuid(), ?, '1', 'of another process', '/muster/identity', '1', 2, now(), '', '{}')`
	if err := h.db.Exec(unannounced, contracts.TopicAccount).Error; err != nil {
		t.Fatal(err)
	}
	h.await(contracts.TopicAccount, 2)
}
