package e2e_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// The load: profile updates through the API, to one user after the other.
const (
	updatesPerSecond = 50
	updatedUsers     = 400
	updaters         = 16
)

// load updates users until it is stopped: an update adds a mark to the username, and the next one removes it. The mark
// changes no list result.
type load struct {
	house *filled
	users []updatedUser
	quit  chan struct{}
	work  sync.WaitGroup

	mu              sync.Mutex
	began           time.Time
	took            []time.Duration
	pending, failed int
}

type updatedUser struct {
	id       int64
	username string
	marked   bool
}

// startLoad starts updating users.
func (f *filled) startLoad(tb testing.TB) *load {
	tb.Helper()
	rows, err := f.conn(tb, "directory").Query(tb.Context(),
		"SELECT id, username FROM users WHERE NOT deleted AND type_code <> 'ADMI' ORDER BY hashint8(id) LIMIT $1", updatedUsers)
	if err != nil {
		tb.Fatal(err)
	}
	users, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (u updatedUser, err error) {
		return u, row.Scan(&u.id, &u.username)
	})
	if err != nil {
		tb.Fatal(err)
	}
	l := &load{house: f, users: users, quit: make(chan struct{}), began: time.Now()}
	due := make(chan *updatedUser)
	l.work.Go(func() { l.pace(due) })
	for range updaters {
		l.work.Go(func() {
			for user := range due {
				l.update(user)
			}
		})
	}
	return l
}

// pace hands out users at a constant rate. A slow update delays its successors, which then catch up.
func (l *load) pace(due chan<- *updatedUser) {
	defer close(due)
	tick := time.NewTicker(time.Second / updatesPerSecond)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-l.quit:
			return
		case <-tick.C:
			select {
			case due <- &l.users[n%len(l.users)]:
			case <-l.quit:
				return
			}
		}
	}
}

func (l *load) update(user *updatedUser) {
	username := user.username + " *"
	if user.marked {
		username = user.username
	}
	start := time.Now()
	a, err := l.house.try("PUT", fmt.Sprint("/api/users/", user.id), object{"username": username})
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil || a.status != http.StatusOK {
		l.failed++
		return
	}
	user.marked = !user.marked
	l.took = append(l.took, time.Since(start))
	if a.header.Get("X-Consistency") != "" {
		l.pending++
	}
}

// stop stops the load, removes its marks, and returns its statistics.
func (l *load) stop(tb testing.TB) string {
	tb.Helper()
	close(l.quit)
	l.work.Wait()
	text := fmt.Sprintf("%.1f profile updates/s (median %.0f ms, p95 %.0f ms; %d of %d answered as pending, %d failed)",
		float64(len(l.took))/time.Since(l.began).Seconds(), milliseconds(quantile(l.took, 50)), milliseconds(quantile(l.took, 95)),
		l.pending, len(l.took), l.failed)
	for i := range l.users {
		if l.users[i].marked {
			l.update(&l.users[i])
		}
	}
	if l.failed > 0 {
		tb.Errorf("%d updates failed", l.failed)
	}
	return text
}
