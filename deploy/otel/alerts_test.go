package otel

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
)

const rulesFile = "alerts.yaml"

// healthy are the series of an installation with nothing wrong, one sample a minute for three hours. It has what looks like
// trouble and is none: a few errors, a short lag, one failure of periodic work, and a replica that is being restarted.
const healthy = `
load 1m
  up{job="muster", service="identity", instance="i1"} 1x180
  up{job="muster", service="identity", instance="i2"} 1x100 0 1x80
  up{job="muster", service="directory", instance="d1"} 1x180
  up{job="muster", service="billing", instance="b1"} 1x180
  up{job="muster", service="gateway", instance="g1"} 1x180
  muster_ready{service="identity", instance="i1", check="database"} 1x180
  muster_ready{service="identity", instance="i1", check="events"} 1x180
  muster_ready{service="identity", instance="i2", check="database"} 1x100 0 1x80
  muster_ready{service="identity", instance="i2", check="events"} 1x100 0x2 1x78
  muster_ready{service="billing", instance="b1", check="database"} 1x180
  muster_inbox_watch_failures_total{service="identity", instance="i1"} 0x180
  muster_outbox_errors_total{service="identity", instance="i1"} 3x180
  http_server_request_duration_seconds_count{service="gateway", http_route="/api/users", http_response_status_code="200"} 0+6000x180
  http_server_request_duration_seconds_count{service="gateway", http_route="/api/users", http_response_status_code="503"} 0+60x180
  http_server_request_duration_seconds_count{service="billing", http_route="/api/billing/plans", http_response_status_code="500"} 0x90 1x90
  http_server_request_duration_seconds_bucket{service="gateway", http_route="/api/users", le="0.1"} 0+5990x180
  http_server_request_duration_seconds_bucket{service="gateway", http_route="/api/users", le="5"} 0+6000x180
  http_server_request_duration_seconds_bucket{service="gateway", http_route="/api/users", le="+Inf"} 0+6000x180
  http_server_request_duration_seconds_bucket{service="gateway", http_route="/api/users/full/events", le="0.1"} 0x180
  http_server_request_duration_seconds_bucket{service="gateway", http_route="/api/users/full/events", le="+Inf"} 0+900x180
  muster_inbox_lag{service="gateway", instance="g1", messaging_destination_name="directory.user.v1", messaging_destination_partition_id="0"} 0x90 5000x2 0x88
  muster_inbox_parked{service="gateway", instance="g1"} 0x180
  muster_inbox_stopped{service="gateway", instance="g1"} 0x180
  muster_outbox_oldest_age_seconds{service="identity", instance="i1"} 0x90 40 0x89
  muster_outbox_leader{service="identity", instance="i1"} 1x100 0x80
  muster_outbox_leader{service="identity", instance="i2"} 0x101 1x79
  muster_outbox_dead_rows{service="identity", instance="i1"} 0x180
  muster_tasks_dead{service="billing", instance="b1"} 0x180
  muster_billing_webhooks_oldest_age_seconds{service="billing", instance="b1"} 0x90 400 0x89
  muster_billing_reconciliation_unhealed{service="billing", instance="b1"} 0x180
  muster_billing_reconciliation_mismatches{service="billing", instance="b1"} 3x180
  muster_http_failures_total{service="identity", code="SIGN_IN_BUSY"} 0x90 2x90
  muster_work_failures_total{service="gateway", work="read model"} 0x90 1x90
  muster_work_failures_total{service="gateway", work="takeover of the read model"} 0x90 1x90
  muster_work_failures_total{service="billing", work="sweep"} 0x90 1x90
`

// seeds are the series that each alert must fire on, as they replace those of the healthy installation with the same labels.
var seeds = map[string][]string{
	"MusterServiceDown":  {`up{job="muster", service="identity", instance="i1"} 1x60 0x120`},
	"MusterServiceGone":  {`up{job="muster", service="billing", instance="b1"} 1x60 0x120`},
	"MusterNotReady":     {`muster_ready{service="identity", instance="i1", check="events"} 1x60 0x120`},
	"MusterPostgresAway": {`muster_ready{service="billing", instance="b1", check="database"} 1x60 0x120`},
	"MusterKafkaAway":    {`muster_inbox_watch_failures_total{service="identity", instance="i1"} 0x60 1+20x120`},
	"MusterErrors":       {`http_server_request_duration_seconds_count{service="gateway", http_route="/api/users", http_response_status_code="503"} 0x60 0+600x120`},
	"MusterSlow":         {`http_server_request_duration_seconds_bucket{service="gateway", http_route="/api/users", le="0.1"} 0+5000x180`},
	"MusterConsumerLag": {
		`muster_inbox_lag{service="gateway", instance="g1", messaging_destination_name="directory.user.v1", messaging_destination_partition_id="0"} 0x60 5000x120`,
	},
	"MusterParkedRecords":      {`muster_inbox_parked{service="gateway", instance="g1"} 0x60 1x120`},
	"MusterPartitionStopped":   {`muster_inbox_stopped{service="gateway", instance="g1"} 0x60 1x120`},
	"MusterOutboxOld":          {`muster_outbox_oldest_age_seconds{service="identity", instance="i1"} 0x60 0+60x120`},
	"MusterNoRelay":            {`muster_outbox_leader{service="identity", instance="i2"} 0x180`},
	"MusterDeadEvents":         {`muster_outbox_dead_rows{service="identity", instance="i1"} 0x60 1x120`},
	"MusterDeadTasks":          {`muster_tasks_dead{service="billing", instance="b1"} 0x60 1x120`},
	"MusterWebhooksWait":       {`muster_billing_webhooks_oldest_age_seconds{service="billing", instance="b1"} 0x60 0+60x120`},
	"MusterUnhealedMismatches": {`muster_billing_reconciliation_unhealed{service="billing", instance="b1"} 0x60 1x120`},
	"MusterManyMismatches":     {`muster_billing_reconciliation_mismatches{service="billing", instance="b1"} 0x60 40x120`},
	"MusterSignInsRefused":     {`muster_http_failures_total{service="identity", code="SIGN_IN_BUSY"} 0x170 0+10x10`},
	"MusterReadModelFails":     {`muster_work_failures_total{service="gateway", work="read model"} 0x120 0+6x60`},
	"MusterReadModelWaits":     {`muster_work_failures_total{service="gateway", work="takeover of the read model"} 0x60 0+2x120`},
	"MusterWorkFails":          {`muster_work_failures_total{service="billing", work="sweep"} 0x60 0+1x120`},
}

// seeded returns the healthy series with one or more replaced.
func seeded(t *testing.T, replacements []string) string {
	t.Helper()
	series := healthy
	for _, replacement := range replacements {
		name := replacement[:strings.Index(replacement, "}")+1]
		line := regexp.MustCompile(`(?m)^  ` + regexp.QuoteMeta(name) + ` .*$`)
		if !line.MatchString(series) {
			t.Fatalf("the healthy installation lacks the series %s", name)
		}
		series = line.ReplaceAllLiteralString(series, "  "+replacement)
	}
	return series
}

// firing evaluates the rules every minute from the first until three hours have passed. It returns the alerts that fire at the end, and all that fired.
func firing(t *testing.T, series string, first int) (last, ever []string) {
	t.Helper()
	storage := promqltest.LoadedStorage(t, series)
	t.Cleanup(func() { _ = storage.Close() })
	engine := promqltest.NewTestEngine(t, false, 0, 100_000)
	manager := rules.NewManager(&rules.ManagerOptions{
		Context: t.Context(), QueryFunc: rules.EngineQueryFunc(engine, storage), Appendable: storage, Queryable: storage,
		NotifyFunc: func(context.Context, string, ...*rules.Alert) {}, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	groups, errs := manager.LoadGroups(time.Minute, labels.EmptyLabels(), "", nil, false, rulesFile)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for minute := first; minute < 180; minute++ {
		last = nil
		for _, group := range groups {
			group.Eval(t.Context(), time.Unix(int64(minute)*60, 0))
			for _, rule := range group.AlertingRules() {
				if rule.LastError() != nil {
					t.Fatalf("%s: %v", rule.Name(), rule.LastError())
				}
				if rule.State() == rules.StateFiring {
					last, ever = append(last, rule.Name()), append(ever, rule.Name())
				}
			}
		}
	}
	slices.Sort(ever)
	return last, slices.Compact(ever)
}

func TestNothingFiresOnAHealthyInstallation(t *testing.T) {
	if _, ever := firing(t, healthy, 0); len(ever) > 0 {
		t.Errorf("%q fired", ever)
	}
}

func TestEachAlertFires(t *testing.T) {
	for _, rule := range alerts(t) {
		seed, has := seeds[rule.Alert]
		if !has {
			t.Errorf("no series for %s", rule.Alert)
			continue
		}
		t.Run(rule.Alert, func(t *testing.T) {
			if last, _ := firing(t, seeded(t, seed), 150); !slices.Contains(last, rule.Alert) {
				t.Errorf("%q fire", last)
			}
		})
	}
}

// alerts reads the rules.
func alerts(t *testing.T) []rulefmt.Rule {
	t.Helper()
	groups, errs := rulefmt.ParseFile(rulesFile, false)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var all []rulefmt.Rule
	for _, group := range groups.Groups {
		all = append(all, group.Rules...)
	}
	return all
}

// A runbook that does not exist is found missing in the night.
func TestEachAlertHasARunbook(t *testing.T) {
	text, err := os.ReadFile("../RUNBOOK.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]string{}
	for _, section := range strings.Split(string(text), "\n## ")[1:] {
		name, rest, _ := strings.Cut(section, "\n")
		sections[name] = rest
	}
	for _, rule := range alerts(t) {
		if want := "deploy/RUNBOOK.md#" + strings.ToLower(rule.Alert); rule.Annotations["runbook_url"] != want {
			t.Errorf("%s has the runbook %q, want %q", rule.Alert, rule.Annotations["runbook_url"], want)
		}
		section, has := sections[rule.Alert]
		for _, part := range []string{"**Meaning.**", "**Look.**", "**Do.**", "**Over.**"} {
			if !strings.Contains(section, part) {
				t.Errorf("%s: the runbook has no %s", rule.Alert, part)
			}
		}
		if rule.Labels["severity"] != "critical" && rule.Labels["severity"] != "warning" || rule.Annotations["summary"] == "" || !has {
			t.Errorf("%s lacks a severity, a summary or a section", rule.Alert)
		}
		delete(sections, rule.Alert)
	}
	for name := range sections {
		t.Errorf("the runbook has a section about %s, which is no alert", name)
	}
}

// A test of deploy/e2e holds the list to what running services export.
func TestRulesAndDashboardNameKnownMetrics(t *testing.T) {
	text, err := os.ReadFile("metrics.txt")
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Fields(string(text))
	used := map[string]bool{}
	expressions := dashboard(t)
	for _, rule := range alerts(t) {
		expressions = append(expressions, rule.Expr)
	}
	for _, expression := range expressions {
		parsed, err := parser.ParseExpr(expression)
		if err != nil {
			t.Errorf("%s: %v", expression, err)
			continue
		}
		parser.Inspect(parsed, func(node parser.Node, _ []parser.Node) error {
			if selector, ok := node.(*parser.VectorSelector); ok && selector.Name != "up" { // Prometheus' own
				used[selector.Name] = true
				if !slices.Contains(known, selector.Name) {
					t.Errorf("%s is not in metrics.txt: %s", selector.Name, expression)
				}
			}
			return nil
		})
	}
	for _, name := range known {
		if !used[name] {
			t.Errorf("metrics.txt has %s, which nothing uses", name)
		}
	}
}

// dashboard returns the queries of the dashboard.
func dashboard(t *testing.T) (expressions []string) {
	t.Helper()
	text, err := os.ReadFile("grafana/dashboards/muster.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range regexp.MustCompile(`"expr": "((?:[^"\\]|\\.)*)"`).FindAllStringSubmatch(string(text), -1) {
		expression := strings.NewReplacer(`\"`, `"`, "$service", ".*", "$__rate_interval", "5m").Replace(match[1])
		expressions = append(expressions, expression)
	}
	if len(expressions) == 0 {
		t.Fatal("the dashboard has no queries")
	}
	return expressions
}

var update = flag.Bool("update", false, "write the rules of the overlay production anew")

// The rules of the cluster are those that are tested.
func TestTheClusterHasTheSameRules(t *testing.T) {
	const file = "../k8s/overlays/production/alerts.yaml"
	tested, err := os.ReadFile(rulesFile)
	if err != nil {
		t.Fatal(err)
	}
	_, groups, _ := strings.Cut(string(tested), "groups:\n")
	want := "  groups:\n"
	for line := range strings.Lines(groups) {
		want += "  " + line
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), "  groups:\n")
	if !found {
		t.Fatalf("%s has no groups", file)
	}
	if *update {
		if err := os.WriteFile(file, []byte(before+want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if "  groups:\n"+rest != want {
		t.Errorf("%s differs from %s: write it anew with -update", file, rulesFile)
	}
}
