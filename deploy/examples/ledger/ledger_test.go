package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const patience = 30 * time.Second

// world is a database and a ledger topic of a test.
type world struct {
	t              *testing.T
	prefix, broker string
	database       string
	client         *kgo.Client
}

func newWorld(t *testing.T) *world {
	broker, server := os.Getenv("MUSTER_TEST_KAFKA"), os.Getenv("MUSTER_TEST_POSTGRES")
	if broker == "" || server == "" {
		t.Fatal("no test servers: put `go run ./deploy/local/cmd/testenv --` before your go test")
	}
	name := fmt.Sprintf("ledger%d", rand.Uint64())
	client, err := kgo.NewClient(kgo.SeedBrokers(broker))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	w := &world{t: t, prefix: name + ".", broker: broker, client: client}
	if _, err := kadm.NewClient(client).CreateTopic(t.Context(), partitions, 1, nil, w.prefix+topic); err != nil {
		t.Fatal(err)
	}
	admin := w.connect(server)
	if _, err := admin.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = name
	w.database = u.String()
	return w
}

func (w *world) connect(database string) *pgx.Conn {
	w.t.Helper()
	db, err := pgx.Connect(w.t.Context(), database)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { db.Close(context.Background()) })
	return db
}

// publish writes entries, as billing does.
func (w *world) publish(entries ...entry) {
	w.t.Helper()
	for _, e := range entries {
		value := fmt.Sprintf(`{"id":%d,"userId":%d,"currency":%q,"amount":%d,"kind":"payment","later":true}`, e.ID, e.UserID, e.Currency, e.Amount)
		record := &kgo.Record{Topic: w.prefix + topic, Key: fmt.Append(nil, e.UserID), Value: []byte(value), Headers: []kgo.RecordHeader{{Key: "ce_type", Value: []byte("billing.ledger.v1")}}}
		if err := w.client.ProduceSync(w.t.Context(), record).FirstErr(); err != nil {
			w.t.Fatal(err)
		}
	}
}

// start runs the consumer until it is killed: its connection breaks off wherever it is.
func (w *world) start() (kill func() error) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	db := w.connect(w.database)
	done := make(chan error, 1)
	go func() {
		err := follow(ctx, db, w.prefix, kgo.SeedBrokers(w.broker))
		_ = db.Close(context.Background()) // as when the process ends
		done <- err
	}()
	return func() error {
		cancel()
		return <-done
	}
}

// balances are what the consumer has summed up.
func (w *world) balance(currency string) (amount int64) {
	w.t.Helper()
	db := w.connect(w.database)
	defer db.Close(w.t.Context())
	if err := db.QueryRow(w.t.Context(), "SELECT coalesce((SELECT amount FROM balances WHERE currency = $1), 0)", currency).Scan(&amount); err != nil {
		return -1 // the consumer has not made its tables yet
	}
	return amount
}

func (w *world) await(currency string, want int64) {
	w.t.Helper()
	deadline := time.Now().Add(patience)
	for w.balance(currency) != want {
		if time.Now().After(deadline) {
			w.t.Fatalf("the balance is %d %s, want %d", w.balance(currency), currency, want)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// ledger makes entries with known sums.
func ledger(from, to int64) (entries []entry, usd, eur int64) {
	for id := from; id <= to; id++ {
		e := entry{ID: id, UserID: id % 7, Currency: "usd", Amount: id * 100}
		switch {
		case id%5 == 0:
			e.Amount = -id * 30
			usd += e.Amount
		case id%3 == 0:
			e.Currency = "eur"
			eur += e.Amount
		default:
			usd += e.Amount
		}
		entries = append(entries, e)
	}
	return entries, usd, eur
}

func TestTheBalanceIsExactUnderDuplicatesAndKills(t *testing.T) {
	w := newWorld(t)
	entries, usd, eur := ledger(1, 300)
	kill := w.start()
	for i, e := range entries {
		w.publish(e)
		if i%3 == 0 {
			w.publish(entries[rand.IntN(i+1)]) // again, also after newer ones
		}
		if i%40 == 39 {
			if err := kill(); err != nil && !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			kill = w.start()
		}
	}
	w.publish(entries...)
	w.await("usd", usd)
	w.await("eur", eur)
	entries, more, _ := ledger(301, 301)
	w.publish(entries...) // behind everything else of its partition, so that a duplicate that counts would show
	w.await("usd", usd+more)
	if err := kill(); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func TestTwoConsumersDoNotCountTwice(t *testing.T) {
	w := newWorld(t)
	first, second := w.start(), w.start()
	entries, usd, _ := ledger(1, 50)
	w.publish(entries...)
	w.await("usd", usd)
	for _, kill := range []func() error{first, second} {
		if err := kill(); err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, errMoved) {
			t.Error(err)
		}
	}
}

// TestALedgerThatWasCutIsAnError deletes entries that were never read.
func TestALedgerThatWasCutIsAnError(t *testing.T) {
	w := newWorld(t)
	kill := w.start()
	w.publish(entry{1, 1, "usd", 100})
	w.await("usd", 100)
	if err := kill(); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	w.publish(entry{2, 1, "usd", 100}, entry{3, 1, "usd", 100})
	admin := kadm.NewClient(w.client)
	ends, err := admin.ListEndOffsets(t.Context(), w.prefix+topic)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := admin.DeleteRecords(t.Context(), ends.Offsets()); err != nil {
		t.Fatal(err)
	}
	db := w.connect(w.database)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := follow(ctx, db, w.prefix, kgo.SeedBrokers(w.broker)); err == nil || ctx.Err() != nil {
		t.Errorf("the consumer went on: %v", err)
	}
}
