package e2e_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/segmentio/kafka-go"
)

const (
	ledgerExample = "../examples/ledger-node"
	ledgerTopic   = "billing.ledger.v1"
	// ledgerCurrency is used here alone: a test that restores billing's database books what it lost of others again.
	ledgerCurrency = "nok"
)

// follower is the example for Node.js with a database of its own.
type follower struct {
	t    *testing.T
	dir  string
	db   *pgx.Conn
	env  []string
	name string
	url  string // of the database
}

func newFollower(t *testing.T) *follower {
	f := &follower{t: t, dir: t.TempDir(), name: fmt.Sprintf("ledger%d", time.Now().UnixNano())}
	locked := t.TempDir()
	copyFile(t, filepath.Join(ledgerExample, "package.json"), locked)
	copyFile(t, filepath.Join(ledgerExample, "package-lock.json"), locked)
	copyFile(t, filepath.Join(ledgerExample, "ledger.mjs"), f.dir)
	if err := os.Symlink(filepath.Join(npmPackages(t, locked), "node_modules"), filepath.Join(f.dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	f.url = newDatabase(t, f.name)
	f.env = append(os.Environ(), "KAFKA_BROKERS="+muster.Kafka, "KAFKA_GROUP="+f.name, "POSTGRES_URL="+f.url)
	var err error
	if f.db, err = pgx.Connect(t.Context(), f.url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.db.Close(context.Background()) })
	return f
}

// newDatabase makes a database on the stack's server for the test, and returns its URL.
func newDatabase(t *testing.T, name string) string {
	t.Helper()
	sql(t, "billing", "CREATE DATABASE "+name)
	t.Cleanup(func() { sql(t, "billing", "DROP DATABASE "+name+" WITH (FORCE)") })
	database, err := url.Parse(muster.Databases["billing"])
	if err != nil {
		t.Fatal(err)
	}
	database.Path = name
	return database.String()
}

func copyFile(t *testing.T, file, dir string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, filepath.Base(file)), []byte(read(t, file)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// copyOfExample is a running program.
type copyOfExample struct {
	t      *testing.T
	cmd    *exec.Cmd
	joined chan struct{} // closed when it has partitions
	ended  chan struct{} // closed when it has written all
}

func (f *follower) start(settings ...string) *copyOfExample {
	f.t.Helper()
	c := &copyOfExample{t: f.t, joined: make(chan struct{}), ended: make(chan struct{})}
	c.cmd = exec.CommandContext(f.t.Context(), "node", "ledger.mjs")
	c.cmd.Dir, c.cmd.Env, c.cmd.Stderr = f.dir, append(slices.Clone(f.env), settings...), f.t.Output()
	lines, err := c.cmd.StdoutPipe()
	if err != nil {
		f.t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		f.t.Fatalf("this test needs Node.js 20 or later: %v", err)
	}
	go func() {
		defer close(c.ended)
		all := bufio.NewScanner(lines)
		for first := true; all.Scan(); first = false {
			fmt.Fprintln(f.t.Output(), settings, all.Text())
			if first {
				close(c.joined)
			}
		}
	}()
	return c
}

// end ends the program, which must not have ended by itself.
func (c *copyOfExample) end(signal syscall.Signal) {
	c.t.Helper()
	if err := c.cmd.Process.Signal(signal); err != nil {
		c.t.Fatalf("the program has ended by itself: %v", err)
	}
	<-c.ended
	err := c.cmd.Wait()
	if status, ok := c.cmd.ProcessState.Sys().(syscall.WaitStatus); signal == syscall.SIGKILL && ok && status.Signal() == signal {
		return
	}
	if err != nil {
		c.t.Fatalf("the program ended with %v", err)
	}
}

// read returns how many offsets lie behind the program's positions.
func (f *follower) read() (sum int64) {
	if err := f.db.QueryRow(f.t.Context(), "SELECT coalesce(sum(next), 0) FROM positions").Scan(&sum); err != nil {
		return 0 // it has not made its tables yet
	}
	return sum
}

func sums(t *testing.T, db *pgx.Conn, query string) map[string]int64 {
	t.Helper()
	rows, err := db.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	found, currency, amount := map[string]int64{}, "", int64(0)
	if _, err := pgx.ForEachRow(rows, []any{&currency, &amount}, func() error { found[currency] = amount; return nil }); err != nil {
		t.Fatal(err)
	}
	return found
}

// readLedger returns the ledger's records, each once, to publish them again as a relay does that did not get the broker's answers.
func readLedger(t *testing.T) (records []kafka.Message) {
	t.Helper()
	seen := map[string]bool{}
	for partition := range 6 {
		if err := eachRecord(t.Context(), muster.Kafka, ledgerTopic, partition, func(m kafka.Message) {
			if seen[string(m.Value)] {
				return
			}
			seen[string(m.Value)] = true
			records = append(records, kafka.Message{Topic: ledgerTopic, Key: m.Key, Value: m.Value, Headers: m.Headers})
		}); err != nil {
			t.Fatal(err)
		}
	}
	return records
}

// ledgerEnd returns how many offsets the ledger's log has.
func ledgerEnd(t *testing.T) (sum int64) {
	t.Helper()
	for partition := range 6 {
		conn, err := kafka.DialLeader(t.Context(), "tcp", muster.Kafka, ledgerTopic, partition)
		if err != nil {
			t.Fatal(err)
		}
		end, err := conn.ReadLastOffset()
		if err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
		sum += end
	}
	return sum
}

// TestTheNodeExampleAgreesWithBilling lets customers pay and get money back while copies of the program are killed, join and
// leave, and entries come again.
func TestTheNodeExampleAgreesWithBilling(t *testing.T) {
	boss, f := admin(t), newFollower(t)
	paid, _ := payingIn(t, boss, "ledger-paid", ledgerCurrency)
	a, b := f.start("INSTANCE=a"), f.start("INSTANCE=b")
	writer := &kafka.Writer{Addr: kafka.TCP(muster.Kafka), Balancer: kafka.Murmur2Balancer{}, RequiredAcks: kafka.RequireAll, BatchTimeout: time.Millisecond}
	defer writer.Close()
	records := readLedger(t)
	again := func() {
		t.Helper()
		if err := writer.WriteMessages(t.Context(), records...); err != nil {
			t.Fatal(err)
		}
	}
	turn := func() {
		t.Helper()
		before := f.read()
		again()
		eventually(t, time.Minute, "the example reads on", func() bool { return f.read() > before })
	}
	turn()
	for range 2 {
		again()
		a.end(syscall.SIGKILL)
		a = f.start("INSTANCE=a")
		turn()
		b.end(syscall.SIGKILL)
		b = f.start("INSTANCE=b")
		turn()
	}
	c := f.start()
	select {
	case <-c.joined: // It has partitions that the two others had.
	case <-c.ended:
	}
	invoice := paid.want(http.StatusOK, "GET", "/api/billing/invoices", nil).list()[0]
	boss.want(http.StatusCreated, "POST", "/api/billing/refunds", object{"invoiceId": invoice["id"], "amount": 333, "reason": "requested_by_customer"})
	turn()
	c.end(syscall.SIGTERM)
	b.end(syscall.SIGTERM)
	payingIn(t, boss, "ledger-more", ledgerCurrency)
	turn()

	billing, err := pgx.Connect(t.Context(), muster.Databases["billing"])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = billing.Close(context.Background()) }()
	var want, have int64
	defer func() {
		t.Logf("the example has %v, billing %v; it has read %d of %d", have, want, f.read(), ledgerEnd(t))
	}()
	eventually(t, time.Minute, "the example has read all and agrees with billing", func() bool {
		want = sums(t, billing, "SELECT currency, sum(amount)::bigint FROM ledger_entries GROUP BY currency")[ledgerCurrency]
		have = sums(t, f.db, "SELECT currency, amount FROM balances")[ledgerCurrency]
		return f.read() == ledgerEnd(t) && want != 0 && want == have
	})
	a.end(syscall.SIGTERM)
}

// TestTheNodeExampleFailsWhereTheLedgerWasCut lets it go on at a position that the log does not have.
func TestTheNodeExampleFailsWhereTheLedgerWasCut(t *testing.T) {
	paying(t, admin(t), "ledger-cut")
	f := newFollower(t)
	if _, err := f.db.Exec(t.Context(), `CREATE TABLE positions (partition int PRIMARY KEY, next bigint NOT NULL);
		INSERT INTO positions SELECT p, 1000000000 FROM generate_series(0, 5) AS p`); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "ledger.mjs")
	cmd.Dir, cmd.Env = f.dir, f.env
	if out, err := cmd.CombinedOutput(); err == nil {
		t.Errorf("the program ended as if nothing had happened: %s", out)
	}
}
