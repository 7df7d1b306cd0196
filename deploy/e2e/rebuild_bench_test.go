package e2e_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// benchDir is the directory of the data of `make bench-data`, in the repository.
const benchDir = ".muster-bench"

// rebuildTime bounds a rebuild of a million users on a busy machine.
const rebuildTime = 30 * time.Minute

// BenchmarkRebuild measures how long the gateway takes to build its read model anew from the topics, on the data of
// `make bench-data`, while its list is read. The filled users are in no topic, so all states are published again first,
// which is not part of the rebuild. It also reports how much memory the gateway's process has at most meanwhile.
func BenchmarkRebuild(b *testing.B) {
	root, err := filepath.Abs("../..")
	if err != nil {
		b.Fatal(err)
	}
	data := filepath.Join(root, benchDir)
	if _, err := os.Stat(filepath.Join(data, "benchdata")); err != nil {
		fmt.Println("no rebuild is measured: make bench-data USERS=1000000 makes the data for it")
		return
	}
	house := openFilled(b, root, data)
	for _, service := range []string{"directory", "identity", "billing"} {
		began := time.Now()
		house.operate(b, data, service, "state", "republish", "--all")
		fmt.Printf("%s has published its states in %s\n", service, time.Since(began).Round(time.Second))
	}
	users, before := house.count(b, "SELECT count(*) FROM user_overview WHERE visible"), house.count(b, modelTable)
	house.operate(b, data, "gateway", "model", "rebuild")
	began := time.Now()
	var reads []time.Duration
	most, failed := 0, 0
	for house.count(b, modelTable) == before {
		if time.Since(began) > rebuildTime {
			b.Fatalf("no new read model in %s", rebuildTime)
		}
		asked := time.Now()
		if a, err := house.try("GET", "/api/users/full", nil); err != nil || a.status != http.StatusOK {
			failed++
		}
		reads = append(reads, time.Since(asked))
		most = max(most, memoryOf(b, house.Services["gateway"].PID))
	}
	took := time.Since(began)
	if now := house.count(b, "SELECT count(*) FROM user_overview WHERE visible"); now != users {
		b.Errorf("the new read model has %d users, and the one before had %d", now, users)
	}
	fmt.Printf("\na read model of %d users is built in %s; reads meanwhile: median %.1f ms, p95 %.1f ms, %d of %d failed; the gateway has %d MB at most\n\n",
		users, took.Round(time.Second), milliseconds(quantile(reads, 50)), milliseconds(quantile(reads, 95)), failed, len(reads), most>>20)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(took.Seconds(), "s")
	b.ReportMetric(float64(most>>20), "MB")
}

// modelTable identifies the tables of the live read model, which the swap exchanges.
const modelTable = "SELECT 'user_overview'::regclass::oid::bigint"

// operate runs "muster ops" on the filled stack.
func (f *filled) operate(b *testing.B, data string, args ...string) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), musterProgram(b), append([]string{"ops"}, args...)...)
	cmd.Env = append(os.Environ(), "MUSTER_DIR="+data, "MUSTER_OPERATOR=bench")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("muster ops %v: %v\n%s", args, err, out)
	}
}

// count reads a number from the gateway's database.
func (f *filled) count(b *testing.B, sql string) (n int64) {
	b.Helper()
	if err := f.conn(b, "gateway").QueryRow(b.Context(), sql).Scan(&n); err != nil {
		b.Fatalf("%s: %v", sql, err)
	}
	return n
}
