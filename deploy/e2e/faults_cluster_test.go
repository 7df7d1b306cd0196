//go:build faults

package e2e_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// cut drops everything between the services and a server, and keeps connections open; slow delays it.
const (
	cut  = `{"type": "timeout", "attributes": {"timeout": 0}}`
	slow = `{"type": "latency", "attributes": {"latency": 100, "jitter": 50}}`
)

func clusterFaults() []fault {
	both := []string{"kafka-2", "kafka-3"}
	return []fault{
		{"kafka", "one of three brokers killed", func(t *testing.T, _ map[string]running) { kill(t, "kafka-2") }},
		{"kafka", "one of three brokers away", func(t *testing.T, _ map[string]running) { away(t, "kafka", outageTime) }},
		{"kafka", "one of three brokers frozen", func(t *testing.T, _ map[string]running) { freeze(t, "kafka-3", outageTime) }},
		{"kafka", "two of three brokers away", func(t *testing.T, _ map[string]running) {
			for _, broker := range both {
				post(t, muster.Control+"/services/"+broker+"/pause", nil)
			}
			<-time.After(outageTime)
			for _, broker := range both { // each of them waits for a majority, so both are told before one is awaited
				post(t, muster.Control+"/services/"+broker+"/resume", nil)
			}
			for _, broker := range both {
				resume(t, broker)
			}
		}},
		{"kafka", "one broker after the other killed", func(t *testing.T, _ map[string]running) {
			for _, broker := range []string{"kafka", "kafka-2", "kafka-3"} {
				kill(t, broker)
				resume(t, broker)
			}
		}},
		// A broker that is alone can lose its newest records to a full disk. The alarm of that is tested with a log that is cut.
		{"kafka", "one of three brokers with a full disk", func(t *testing.T, _ map[string]running) {
			fullDisk(t, "kafka-2", "apache-cluster/2/logs")
		}},
		{"kafka", "network cut", func(t *testing.T, _ map[string]running) { disturb(t, "kafka", cut) }},
		{"kafka", "network slow", func(t *testing.T, _ map[string]running) { disturb(t, "kafka", slow) }},
		{"postgres", "network cut", func(t *testing.T, _ map[string]running) { disturb(t, "postgres", cut) }},
		{"postgres", "network slow", func(t *testing.T, _ map[string]running) { disturb(t, "postgres", slow) }},
	}
}

// TestFaultsOfAClusterAndItsNetworks does the same as [TestFaultsOfApacheKafka] with three brokers, and with proxies
// between the services and their servers.
func TestFaultsOfAClusterAndItsNetworks(t *testing.T) {
	if pidOf(t, "kafka-3") == 0 {
		t.Fatal("there is no cluster: run make test-faults, or set MUSTER_KAFKA=apache-cluster and MUSTER_NETWORKS=true")
	}
	surviveAll(t, clusterFaults(), nil)
}

// disturb adds a toxic to the network between the services and a server for a while.
func disturb(t *testing.T, network, toxic string) {
	t.Helper()
	change(t, http.MethodPut, network, toxic)
	<-time.After(outageTime)
	change(t, http.MethodDelete, network, "")
}

func change(t *testing.T, method, network, toxic string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, muster.Control+"/networks/"+network, strings.NewReader(toxic))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s", method, network, response.Status)
	}
}
