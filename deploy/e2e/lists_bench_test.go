package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// How often each list is requested, and the total time allowed: a slow list is requested less often.
const (
	listRounds     = 50
	fewestRounds   = 5
	listRoundsTime = 8 * time.Second
)

// BenchmarkLists requests lists through the gateway, on the data of `make bench-data`, and alternately reads the same
// rows and total with plain SQL. Compare the ratios, because machines differ. An answer that differs from plain SQL is
// a failure; its duration is not.
func BenchmarkLists(b *testing.B) {
	root, err := filepath.Abs("../..")
	if err != nil {
		b.Fatal(err)
	}
	data := filepath.Join(root, benchDir)
	users, err := os.ReadFile(filepath.Join(data, "benchdata"))
	if errors.Is(err, os.ErrNotExist) {
		fmt.Println("no lists are measured: make bench-data USERS=1000000 makes the data for it")
		return
	}
	if err != nil {
		b.Fatal(err)
	}
	house := openFilled(b, root, data)
	rows := make([]listRow, len(listCases))
	for i, c := range listCases {
		var refused int
		rows[i].cold, refused = house.cold(b, c.database, func() error { _, err := house.ask(c); return err })
		rows[i].idle = house.alternate(b, c)
		rows[i].idle.refused += refused
		rows[i].total = house.compare(b, c)
	}
	house.benchmarkMetrics(b)
	house.benchmarkSignIns(b)
	load := house.startLoad(b)
	for i, c := range listCases {
		rows[i].busy = house.alternate(b, c)
	}
	written := load.stop(b)
	fmt.Printf("\nlists of %s users in ms, beside the same in plain SQL; then both again during %s\n\n%s\n",
		strings.TrimSpace(string(users)), written, listTable(rows))
	for i, row := range rows {
		b.Run(fmt.Sprintf("%02d", i+1), row.report)
	}
}

// listRow holds the measurements of a list.
type listRow struct {
	total      int64
	cold       time.Duration
	idle, busy timings
}

// timings holds the durations of the requests and of the plain SQL between them, and the number of failed requests.
type timings struct {
	api, plain []time.Duration
	refused    int
}

func (t timings) ratio() float64 {
	return float64(quantile(t.api, 50)) / float64(quantile(t.plain, 50))
}

// quantile returns the value that so many per cent do not exceed.
func quantile(d []time.Duration, percent int) time.Duration {
	if len(d) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(d))
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// report reports the numbers in the format that Go's tools compare.
func (r listRow) report(b *testing.B) {
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(milliseconds(r.cold), "cold-ms")
	b.ReportMetric(milliseconds(quantile(r.idle.api, 50)), "median-ms")
	b.ReportMetric(milliseconds(quantile(r.idle.api, 95)), "p95-ms")
	b.ReportMetric(milliseconds(quantile(r.busy.api, 50)), "busy-median-ms")
	b.ReportMetric(milliseconds(quantile(r.busy.api, 95)), "busy-p95-ms")
	b.ReportMetric(r.idle.ratio(), "of-plain-sql")
}

// listTable prints the results for people. A ratio below 1 is faster than plain SQL.
func listTable(rows []listRow) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%2s %8s %8s | %3s %7s %8s %8s %8s %6s | %3s %7s %8s %8s %8s %6s | %s\n", "", "total", "cold",
		"n", "refused", "median", "p95", "SQL", "ratio", "n", "refused", "median", "p95", "SQL", "ratio", "request")
	for i, r := range rows {
		fmt.Fprintf(&text, "%2d %8d %8.1f", i+1, r.total, milliseconds(r.cold))
		for _, t := range []timings{r.idle, r.busy} {
			fmt.Fprintf(&text, " | %3d %7d %8.1f %8.1f %8.1f %6.2f", len(t.api), t.refused, milliseconds(quantile(t.api, 50)),
				milliseconds(quantile(t.api, 95)), milliseconds(quantile(t.plain, 50)), t.ratio())
		}
		fmt.Fprintf(&text, " | %s\n", listCases[i].request)
	}
	return text.String()
}

// filled is a stack on filled data, and its administrator.
type filled struct {
	stack
	Databases map[string]string `json:"databases"`

	conns map[string]*pgx.Conn
	mu    sync.Mutex
	boss  *client
	until time.Time
}

// openFilled starts a stack on filled data. It ends with the test.
func openFilled(tb testing.TB, root, data string) *filled {
	tb.Helper()
	house := &filled{conns: map[string]*pgx.Conn{}}
	stop, err := start(root, musterProgram(tb), data, house)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		for _, conn := range house.conns {
			_ = conn.Close(context.Background())
		}
		if err := stop(); err != nil {
			tb.Errorf("the stack on filled data did not stop cleanly: %v", err)
		}
	})
	return house
}

// admin returns the administrator and signs in again before the token expires.
func (f *filled) admin() (*client, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.boss != nil && time.Now().Before(f.until) {
		return f.boss, nil
	}
	boss := &client{base: f.Gateway}
	a, err := boss.try("POST", "/api/auth/login", object{"email": f.Admin.Email, "password": f.Admin.Password})
	if err != nil || a.status != http.StatusOK {
		return nil, fmt.Errorf("login: %s %w", a, err)
	}
	boss.token, _ = a.body["accessToken"].(string)
	boss.csrf, _ = a.body["csrfToken"].(string)
	f.boss, f.until = boss, time.Now().Add(10*time.Minute)
	return boss, nil
}

// try sends a request as the administrator.
func (f *filled) try(method, path string, body any) (answer, error) {
	boss, err := f.admin()
	if err != nil {
		return answer{}, err
	}
	return boss.try(method, path, body)
}

// conn is a connection of our own to a database.
func (f *filled) conn(tb testing.TB, database string) *pgx.Conn {
	tb.Helper()
	if f.conns[database] == nil {
		conn, err := pgx.Connect(tb.Context(), f.Databases[database])
		if err != nil {
			tb.Fatal(err)
		}
		f.conns[database] = conn
	}
	return f.conns[database]
}

// ask sends the list request and returns its answer. A list that takes longer than the gateway's timeout fails.
func (f *filled) ask(c listCase) (answer, error) {
	a, err := f.try("GET", strings.ReplaceAll(c.request, " ", "%20"), nil)
	if err == nil && a.status != http.StatusOK {
		err = errors.New(a.String())
	}
	return a, err
}

// cold measures a request as the first of its kind: PostgreSQL has just started, and no count is kept. It is the median of three,
// because the very first one also reads the table from disk.
func (f *filled) cold(tb testing.TB, database string, ask func() error) (took time.Duration, refused int) {
	tb.Helper()
	var all []time.Duration
	for range 3 {
		f.forgetCounts(tb, database)
		for _, action := range []string{"pause", "resume"} {
			a, err := f.try("POST", f.Control+"/services/postgres/"+action, nil)
			if err != nil || a.status != http.StatusOK {
				tb.Fatalf("%s PostgreSQL: %s %v", action, a, err)
			}
		}
		clear(f.conns) // the restart closed them
		f.awaken(tb)
		began := time.Now()
		if err := ask(); err != nil {
			refused++
		}
		all = append(all, time.Since(began))
	}
	return quantile(all, 50), refused
}

// forgetCounts empties the tables of kept counts, if there are any.
func (f *filled) forgetCounts(tb testing.TB, database string) {
	tb.Helper()
	conn := f.conn(tb, database)
	rows, err := conn.Query(tb.Context(), `SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relname LIKE '%\_kept%'`)
	if err != nil {
		tb.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		tb.Fatal(err)
	}
	for _, table := range tables {
		if _, err := conn.Exec(tb.Context(), "DELETE FROM "+table); err != nil {
			tb.Fatal(err)
		}
	}
}

// awaken waits until all services are connected again, without requesting a list.
func (f *filled) awaken(tb testing.TB) {
	tb.Helper()
	for _, path := range []string{"/api/users/me", "/api/users/1", "/api/users/full/1", "/api/users/1", "/api/users/full/1"} {
		eventually(tb, time.Minute, path+" is answered after PostgreSQL was started", func() bool {
			a, err := f.try("GET", path, nil)
			return err == nil && a.status == http.StatusOK
		})
	}
}

// alternate times the request and the plain SQL alternately. A request is sent once unmeasured before: plain SQL, the longer
// it runs, leaves less of what the request needs in the caches of the processors.
func (f *filled) alternate(tb testing.TB, c listCase) timings {
	tb.Helper()
	var t timings
	f.plain(tb, c)
	for began := time.Now(); len(t.api) < fewestRounds || (len(t.api) < listRounds && time.Since(began) < listRoundsTime); {
		_, _ = f.ask(c)
		start := time.Now()
		if _, err := f.ask(c); err != nil {
			t.refused++
		}
		t.api = append(t.api, time.Since(start))
		start = time.Now()
		f.plain(tb, c)
		t.plain = append(t.plain, time.Since(start))
	}
	return t
}

// plain reads the list with plain SQL. It returns the ids of the rows.
func (f *filled) plain(tb testing.TB, c listCase) (shown []string, total int64) {
	tb.Helper()
	conn := f.conn(tb, c.database)
	rows, err := conn.Query(tb.Context(), c.page())
	if err != nil {
		tb.Fatalf("%s: %v", c.page(), err)
	}
	shown, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		values, err := row.Values()
		if err != nil {
			return "", err
		}
		return fmt.Sprint(values[0], " ", values[1]), nil
	})
	if err != nil {
		tb.Fatalf("%s: %v", c.page(), err)
	}
	if err := conn.QueryRow(tb.Context(), c.total()).Scan(&total); err != nil {
		tb.Fatalf("%s: %v", c.total(), err)
	}
	return shown, total
}

// compare fails unless the answer has the rows and the total of the plain SQL.
func (f *filled) compare(tb testing.TB, c listCase) (total int64) {
	tb.Helper()
	a, err := f.ask(c)
	if err != nil {
		tb.Errorf("GET %s: %v", c.request, err)
	}
	got, _ := a.body["total"].(float64)
	var shown []string
	for _, row := range a.list() {
		id, _ := row["id"].(float64)
		shown = append(shown, fmt.Sprint(int64(id), " ", row["email"]))
	}
	want, total := f.plain(tb, c)
	if int64(got) != total {
		tb.Errorf("GET %s: total %.0f, want %d", c.request, got, total)
	}
	if !slices.Equal(shown, want) {
		tb.Errorf("GET %s: rows\n%q, want\n%q", c.request, shown, want)
	}
	return total
}
