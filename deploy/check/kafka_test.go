package check_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"muster/deploy/check"
)

const (
	account       = "identity.account.v1"
	accountEvents = "identity.account-events.v1"
	user          = "directory.user.v1"
	userEvents    = "directory.user-events.v1"
	subscription  = "billing.subscription.v1"
	billingEvents = "billing.events.v1"
	ledger        = "billing.ledger.v1"
)

var topics = []string{account, accountEvents, user, userEvents, subscription, billingEvents, ledger}

// This module cannot import the contracts, because Kubernetes' libraries need other versions of OpenTelemetry.
func TestTheTopicsAreThoseOfTheContracts(t *testing.T) {
	source, err := os.ReadFile(root + "/libs/contracts/topics.go")
	if err != nil {
		t.Fatal(err)
	}
	var declared []string
	for _, match := range regexp.MustCompile(`Topic\w+ *= "([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
		declared = append(declared, match[1])
	}
	if !equal(declared, topics) {
		t.Errorf("the contracts declare %q", declared)
	}
}

// rights are what each user of Kafka may do: write the topics of its own, and read those that it consumes (the README of each
// service lists both).
var rights = map[string][2][]string{
	"kafka-identity":     {{account, accountEvents}, {user, userEvents}},
	"kafka-directory":    {{user, userEvents}, {account, accountEvents, subscription}},
	"kafka-billing":      {{subscription, billingEvents, ledger}, {user, account}},
	"kafka-gateway":      {nil, {user, subscription, account}},
	"kafka-billing-team": {nil, {subscription, billingEvents, ledger}},
	"kafka-keda":         {nil, nil},
}

func TestUsersOfKafkaMayDoWhatTheyMust(t *testing.T) {
	objects, err := tree(t).Render("production")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, o := range objects {
		if o.Kind != "KafkaUser" {
			continue
		}
		found++
		var writes, reads []string
		for _, rule := range check.Rules(o) {
			if rule.Kind != "topic" {
				continue
			}
			if slices.Contains(rule.Operations, "Write") {
				writes = append(writes, rule.Name)
			}
			if slices.Contains(rule.Operations, "Read") {
				reads = append(reads, rule.Name)
			}
			if slices.ContainsFunc(rule.Operations, func(o string) bool {
				return !slices.Contains([]string{"Describe", "DescribeConfigs", "Read", "Write"}, o)
			}) || rule.Pattern != "literal" {
				t.Errorf("%s may do more than it must: %+v", o.Name, rule)
			}
		}
		if want := rights[o.Name]; !equal(writes, want[0]) || !equal(reads, want[1]) {
			t.Errorf("%s writes %q and reads %q, want %q", o.Name, writes, reads, want)
		}
	}
	if found != len(rights) {
		t.Errorf("%d users, want %d", found, len(rights))
	}
}

func equal(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

// The relay refuses topics that are not as it would create them.
func TestTopicsAreAsTheServicesWouldCreateThem(t *testing.T) {
	objects, err := tree(t).Render("production")
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, o := range objects {
		if o.Kind == "KafkaTopic" {
			got = append(got, fmt.Sprint(o.Name, " ", check.TopicOf(o)))
		}
	}
	for _, topic := range topics {
		settings := map[string]string{"partitions": "6", "replicas": "3", "min.insync.replicas": "2"}
		if topic == account || topic == user || topic == subscription { // the state topics
			settings["cleanup.policy"], settings["compression.type"] = "compact", "uncompressed"
			settings["segment.ms"], settings["max.compaction.lag.ms"] = "86400000", "172800000"
			settings["min.cleanable.dirty.ratio"], settings["delete.retention.ms"] = "0.1", "1209600000"
		} else {
			settings["cleanup.policy"], settings["retention.ms"] = "delete", "1209600000"
		}
		want = append(want, fmt.Sprint(topic, " ", settings))
	}
	if !equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
