//go:build faults

package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// startAgain is the pause before a program that has ended is started again.
const startAgain = time.Second

// startExamples runs both example consumers, two copies of each, and returns the URLs of their databases by their names.
func startExamples(t *testing.T) map[string]string {
	t.Helper()
	node := newFollower(t)
	for _, instance := range []string{"INSTANCE=a", "INSTANCE=b"} {
		supervise(t, func(ctx context.Context) *exec.Cmd {
			cmd := exec.CommandContext(ctx, "node", "ledger.mjs")
			cmd.Dir, cmd.Env = node.dir, append(node.env, instance)
			return cmd
		})
	}
	program := filepath.Join(t.TempDir(), "ledger")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Dir = filepath.Join("..", "examples", "ledger")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the example: %v\n%s", err, out)
	}
	database := newDatabase(t, fmt.Sprintf("ledgergo%d", time.Now().UnixNano()))
	for range 2 {
		supervise(t, func(ctx context.Context) *exec.Cmd {
			cmd := exec.CommandContext(ctx, program)
			cmd.Env = append(os.Environ(), "KAFKA_BROKERS="+muster.Kafka, "POSTGRES_URL="+database)
			return cmd
		})
	}
	return map[string]string{"the example for Go": database, "the example for Node.js": node.url}
}

// supervise runs a program until the test ends. It starts it again when it ends, as the examples need.
func supervise(t *testing.T, command func(context.Context) *exec.Cmd) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() {
		for ctx.Err() == nil {
			cmd := command(ctx)
			cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
			if err := cmd.Run(); err != nil && ctx.Err() == nil {
				t.Logf("an example has ended: %v", err)
			}
			select {
			case <-ctx.Done():
			case <-time.After(startAgain):
			}
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
}

// agreesWithBilling compares an example's balances with billing's ledger, to the cent.
func agreesWithBilling(t *testing.T, name, database string) bool {
	t.Helper()
	sums := func(database, query string) map[string]int64 {
		found, currency, amount := map[string]int64{}, "", int64(0)
		if err := eachRow(t.Context(), database, query, []any{&currency, &amount}, func() { found[currency] = amount }); err != nil {
			t.Log(name, err)
		}
		return found
	}
	want := sums(muster.Databases["billing"], "SELECT currency, sum(amount)::bigint FROM ledger_entries GROUP BY currency")
	have := sums(database, "SELECT currency, amount FROM balances")
	t.Logf("%s has %v, billing %v", name, have, want)
	return len(want) > 0 && maps.Equal(want, have)
}
