package e2e_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
)

// TestKilledServicesLoseAndDoubleNothing kills each service and PostgreSQL with SIGKILL during a loop of registrations.
// The supervisor restarts it. Afterwards every user whose registration was answered 2xx exists exactly once in identity
// (can sign in), in directory and in the gateway's read model, and no user exists only in some of them.
func TestKilledServicesLoseAndDoubleNothing(t *testing.T) {
	for _, part := range []string{"identity", "directory", "billing", "gateway", "postgres"} {
		t.Run(part, func(t *testing.T) { survive(t, part, kill) })
	}
}

// TestRestartedServicesLoseAndDoubleNothing does the same for parts that are stopped with SIGTERM and started a little
// later. Nothing may be lost while a service or Kafka is down either.
func TestRestartedServicesLoseAndDoubleNothing(t *testing.T) {
	for _, part := range []string{"identity", "directory", "billing", "gateway", "kafka"} {
		t.Run(part, func(t *testing.T) { survive(t, part, restart) })
	}
}

func survive(t *testing.T, part string, disrupt func(t *testing.T, part string)) {
	t.Helper()
	accepted, refused := registerThrough(t, part, disrupt)
	checkPresence(t, accepted, refused)
}

func checkPresence(t *testing.T, accepted map[string]float64, refused []string) {
	t.Helper()
	t.Logf("%d registrations answered 2xx, %d not", len(accepted), len(refused))
	if len(accepted) < 20 {
		t.Fatalf("only %d registrations went through: the test says little", len(accepted))
	}
	var boss *client
	eventually(t, 30*time.Second, "the administrator signs in", func() bool {
		c := &client{t: t}
		a := c.do("POST", "/api/auth/login", object{"email": muster.Admin.Email, "password": muster.Admin.Password})
		c.token, _ = a.body["accessToken"].(string)
		boss = c
		return a.status == http.StatusOK
	})
	for email, id := range accepted {
		eventually(t, 30*time.Second, email+" everywhere exactly once", func() bool {
			where := whereIs(t, boss, email)
			return where == (presence{identity: 1, directory: 1, gateway: 1, id: id})
		})
	}
	for _, email := range refused {
		eventually(t, 30*time.Second, email+" whole or not at all", func() bool {
			where := whereIs(t, boss, email)
			return where.identity <= 1 && where.identity == where.directory && where.directory == where.gateway
		})
	}
}

// registerThrough registers users from several clients while a part of the stack is disturbed.
func registerThrough(t *testing.T, part string, disrupt func(t *testing.T, part string)) (accepted map[string]float64, refused []string) {
	t.Helper()
	const workers, before, after = 4, 12, 12
	accepted = map[string]float64{}
	var mu sync.Mutex
	count := func() int { mu.Lock(); defer mu.Unlock(); return len(accepted) }

	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				c := &client{t: t}
				email := uniqueEmail("crash-" + part)
				a, err := c.try("POST", "/api/auth/register", object{"email": email, "password": password})
				user, _ := a.body["user"].(object)
				id, _ := user["id"].(float64)
				mu.Lock()
				if err == nil && a.status == http.StatusCreated {
					accepted[email] = id
				} else {
					refused = append(refused, email)
				}
				mu.Unlock()
				if err != nil || a.status != http.StatusCreated {
					<-time.After(200 * time.Millisecond) // a client that retries in a tight loop tests nothing
				}
			}
		})
	}
	eventually(t, time.Minute, "registrations before the crash", func() bool { return count() >= before })
	disrupt(t, part)
	atCrash := count()
	eventually(t, time.Minute, "registrations go on without and then with "+part, func() bool { return count() >= atCrash+after })
	close(stop)
	wg.Wait()
	return accepted, refused
}

// presence returns how often a user exists in each service.
type presence struct {
	identity, directory, gateway int
	id                           float64
}

func whereIs(t *testing.T, boss *client, email string) presence {
	t.Helper()
	var p presence
	c := &client{t: t}
	if c.do("POST", "/api/auth/login", object{"email": email, "password": password}).status == http.StatusOK {
		p.identity = 1
	}
	exact := fmt.Sprintf(`{"email":%q}`, email)
	in := func(path string) int {
		rows := boss.do("GET", list(path, exact, ""), nil).list()
		for _, row := range rows {
			p.id, _ = row["id"].(float64)
		}
		return len(rows)
	}
	p.directory = in("/api/users")
	p.gateway = in("/api/users/full")
	return p
}
