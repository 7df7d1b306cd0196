package e2e_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The load of [BenchmarkMe]: how many connections ask at the same time, for how long, and how often each way is measured.
const (
	meConnections = 8
	meTime        = 3 * time.Second
	meRounds      = 3
)

// BenchmarkMe measures how many times a second GET /api/users/me is answered by the gateway and by directory without it,
// alternately on the same machine. What the gateway adds is the ratio.
func BenchmarkMe(b *testing.B) {
	if muster.Services["directory"].URL == "" {
		b.Fatal("stack.json does not say where directory is")
	}
	token := adminOf(b).token
	rate, answered, spent := map[string][]float64{}, map[string]float64{}, map[string]map[string]time.Duration{"gateway": {}, "directory": {}}
	for round := range meRounds + 1 {
		for name, base := range map[string]string{"gateway": muster.Gateway, "directory": muster.Services["directory"].URL} {
			before := processorTimes(b, pidOf(b, "gateway"))
			persecond := requestsPerSecond(b, base+"/api/users/me", token)
			if round == 0 { // it opens connections and fills caches
				continue
			}
			rate[name] = append(rate[name], persecond)
			answered[name] += persecond * meTime.Seconds()
			for process, used := range processorTimes(b, pidOf(b, "gateway")) {
				spent[name][process] += used - before[process]
			}
		}
	}
	through, direct := mean(rate["gateway"]), mean(rate["directory"])
	fmt.Printf("\nGET /api/users/me over %d connections: %.0f/s through the gateway, %.0f/s from directory: %.0f %%\n",
		meConnections, through, direct, 100*through/direct)
	printCosts(nil, spent["gateway"], answered["gateway"])
	printCosts(nil, spent["directory"], answered["directory"])
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(through, "gateway/s")
	b.ReportMetric(direct, "directory/s")
	b.ReportMetric(100*through/direct, "percent")
}

func mean(values []float64) float64 {
	var sum float64
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// requestsPerSecond sends requests over several connections, each the next when the last is answered.
func requestsPerSecond(b *testing.B, url, token string) float64 {
	b.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: meConnections}
	defer transport.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(b.Context(), meTime)
	defer cancel()
	var answered atomic.Int64
	var work sync.WaitGroup
	began := time.Now()
	for range meConnections {
		work.Go(func() {
			for ctx.Err() == nil {
				request, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, url, http.NoBody)
				request.Header.Set("Authorization", "Bearer "+token)
				response, err := transport.RoundTrip(request)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, response.Body)
				response.Body.Close()
				if response.StatusCode != http.StatusOK {
					b.Errorf("%s: %s", url, response.Status)
					return
				}
				answered.Add(1)
			}
		})
	}
	work.Wait()
	return float64(answered.Load()) / time.Since(began).Seconds()
}
