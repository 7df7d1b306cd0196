package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"
)

// BenchmarkRegistrationVisible measures the time from the beginning of a registration until /api/users/full shows the
// user, one registration at a time. In the same run it measures the registration's answer alone and a list request
// alone. Compare the ratios, because machines differ.
func BenchmarkRegistrationVisible(b *testing.B) {
	boss := adminOf(b)
	var answered, visible, listed []time.Duration
	for b.Loop() {
		c := &client{}
		email := uniqueEmail("bench")
		start := time.Now()
		a, err := c.try("POST", "/api/auth/register", object{"email": email, "password": password})
		if err != nil || a.status != http.StatusCreated {
			b.Fatalf("register: %s %v", a, err)
		}
		answered = append(answered, time.Since(start))
		query := list("/api/users/full", fmt.Sprintf(`{"email":%q}`, email), "")
		for {
			began := time.Now()
			rows, err := boss.try("GET", query, nil)
			if err != nil {
				b.Fatal(err)
			}
			if len(rows.list()) == 1 {
				visible = append(visible, time.Since(start))
				listed = append(listed, time.Since(began))
				break
			}
		}
	}
	report := func(name string, d []time.Duration) {
		slices.Sort(d)
		b.ReportMetric(float64(d[len(d)/2].Microseconds())/1000, name+"-median-ms")
		b.ReportMetric(float64(d[len(d)*95/100].Microseconds())/1000, name+"-p95-ms")
	}
	b.ReportMetric(0, "ns/op")
	report("answered", answered)
	report("visible", visible)
	report("list", listed)
}

func adminOf(b *testing.B) *client {
	b.Helper()
	c := &client{}
	a, err := c.try("POST", "/api/auth/login", object{"email": muster.Admin.Email, "password": muster.Admin.Password})
	if err != nil || a.status != http.StatusOK {
		b.Fatalf("login: %s %v", a, err)
	}
	c.token, _ = a.body["accessToken"].(string)
	c.csrf, _ = a.body["csrfToken"].(string)
	return c
}
