package e2e_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The load of [BenchmarkWrites]: how many clients write at the same time, for how long, and how many single writes are timed
// before it.
const (
	writers      = 16
	writesTime   = 10 * time.Second
	singleWrites = 100
)

// BenchmarkWrites measures how many changes of their own profile clients make in a second, each sent when the one before
// was answered, and what processor time a change costs in each process. Every answer must be true everywhere: one that
// is pending fails.
func BenchmarkWrites(b *testing.B) {
	clients := make([]*client, writers)
	for i := range clients {
		clients[i] = verified(b, fmt.Sprint("writer", i))
	}
	var number atomic.Int64
	write := func(c *client) time.Duration {
		began := time.Now()
		a, err := c.try("PUT", "/api/users/me", object{"firstName": fmt.Sprint("Name ", number.Add(1))})
		if err != nil || a.status != 200 || a.header.Get("X-Consistency") != "" {
			b.Errorf("PUT /api/users/me: %v %v %v", err, a, a.header)
		}
		return time.Since(began)
	}
	var single []time.Duration
	for range singleWrites {
		single = append(single, write(clients[0]))
	}
	before, began := processorTimes(b, pidOf(b, "gateway")), time.Now()
	perClient := make([][]time.Duration, writers)
	var work sync.WaitGroup
	for i, c := range clients {
		work.Go(func() {
			for time.Since(began) < writesTime && !b.Failed() {
				perClient[i] = append(perClient[i], write(c))
			}
		})
	}
	work.Wait()
	took, after, loaded := time.Since(began), processorTimes(b, pidOf(b, "gateway")), slices.Concat(perClient...)
	written := float64(len(loaded))
	fmt.Printf("\nPUT /api/users/me, %d clients: %.0f/s; median %s, p99 %s; alone %s, p99 %s\n",
		writers, written/took.Seconds(), part(loaded, 50), part(loaded, 99), part(single, 50), part(single, 99))
	total := printCosts(before, after, written)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(written/took.Seconds(), "writes/s")
	b.ReportMetric(total, "processor-ms/write")
	b.ReportMetric(part(single, 99).Seconds()*1000, "alone-p99-ms")
}

// part returns a percentile.
func part(times []time.Duration, percent int) time.Duration {
	slices.Sort(times)
	return times[len(times)*percent/100].Round(100 * time.Microsecond)
}

// printCosts prints the processor time that each process has used for one of n things, and returns the sum in ms.
func printCosts(before, after map[string]time.Duration, n float64) (total float64) {
	fmt.Print("processor time of one:")
	for _, name := range slices.Sorted(maps.Keys(after)) {
		cost := (after[name] - before[name]).Seconds() * 1000 / n
		total += cost
		fmt.Printf(" %s %.2f ms,", name, cost)
	}
	fmt.Printf(" together %.2f ms\n\n", total)
	return total
}

// processorTimes returns the processor time that each process has used so far of the stack to which the service belongs,
// PostgreSQL's together.
func processorTimes(tb testing.TB, service int) map[string]time.Duration {
	tb.Helper()
	const ticksPerSecond = 100 // USER_HZ of Linux
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		tb.Fatal(err)
	}
	type process struct {
		name   string
		parent int
		used   time.Duration
	}
	processes := map[int]process{}
	for _, file := range stats {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		head, rest, _ := strings.Cut(string(text), ") ")
		id, name, _ := strings.Cut(head, " (")
		fields := strings.Fields(rest)
		var numbers [4]int // its own time, and that of the children which have ended
		for i := range numbers {
			numbers[i], _ = strconv.Atoi(fields[11+i])
		}
		pid, _ := strconv.Atoi(id)
		parent, _ := strconv.Atoi(fields[1])
		ticks := numbers[0] + numbers[1] + numbers[2] + numbers[3]
		processes[pid] = process{name, parent, time.Duration(ticks) * time.Second / ticksPerSecond}
	}
	stack := processes[service].parent
	times := map[string]time.Duration{}
	for pid, p := range processes {
		for ancestor := pid; ancestor > 1; ancestor = processes[ancestor].parent {
			if ancestor == stack {
				times[p.name] += p.used
				break
			}
		}
	}
	return times
}
