package check_test

import (
	"slices"
	"strings"
	"testing"

	"muster/deploy/check"
)

// between are the arrows between services in every installation: what the architecture has, and nothing else.
var between = []string{
	"billing to identity:8081", "directory to identity:8081", "directory to identity:9081",
	"gateway to billing:8083", "gateway to billing:9083", "gateway to directory:8082", "gateway to directory:9082",
	"gateway to identity:8081", "gateway to identity:9081", "identity to directory:9082",
}

// around are those to and from what surrounds the services.
var around = map[string][]string{
	"local": {
		"billing to stripe:12111", "directory to mail:1025", "stripe to gateway:8080",
	},
	"production": {
		"billing to the world:443", "directory to the world:465", "directory to the world:587", "identity to the world:443",
		"database to database:5432", "database to database:8000", "database to the world:443", "database to the world:6443",
		"kafka to the world:443", "kafka to the world:6443",
	},
}

func TestNetworkPoliciesAllowTheArrowsOfTheArchitectureAlone(t *testing.T) {
	for overlay, more := range around {
		objects, err := tree(t).Render(overlay)
		if err != nil {
			t.Fatal(err)
		}
		want := append(slices.Clone(between), more...)
		for _, service := range check.Services {
			want = append(want, service+" to database:5432", service+" to broker:9092", service+" to namespace muster/monitoring:4318")
		}
		want = append(want, "migration to database:5432", "all to namespace kube-system:53")
		// Overlays let all services in at once, and Strimzi lets them in itself.
		var got []string
		for _, arrow := range check.Arrows(objects) {
			arrow = strings.TrimSuffix(strings.TrimSuffix(arrow, ", which is not let in"), ", which is not let out")
			if !strings.HasPrefix(arrow, "service to ") && !strings.HasPrefix(arrow, "kafka to kafka:") {
				got = append(got, arrow)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if got, want := slices.Compact(got), slices.Compact(want); !slices.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", overlay, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		lonely := slices.DeleteFunc(check.Arrows(objects), func(arrow string) bool {
			return !strings.Contains(arrow, "which is not let") || strings.Contains(arrow, "service") || strings.Contains(arrow, "broker") ||
				strings.Contains(arrow, "database") || strings.Contains(arrow, "kafka")
		})
		if len(lonely) > 0 {
			t.Errorf("%s: one end does not allow %q", overlay, lonely)
		}
	}
}
