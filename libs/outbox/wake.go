package outbox

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// relays are the wake-up channels of the relays in this process. A service has one relay, tests have several. A relay
// that is woken for another's rows finds nothing and sleeps again.
var relays struct {
	sync.Mutex
	wake map[chan struct{}]struct{}
}

// register adds a wake-up channel until the returned function is called.
func register(wake chan struct{}) (unregister func()) {
	relays.Lock()
	defer relays.Unlock()
	if relays.wake == nil {
		relays.wake = make(map[chan struct{}]struct{})
	}
	relays.wake[wake] = struct{}{}
	return func() {
		relays.Lock()
		defer relays.Unlock()
		delete(relays.wake, wake)
	}
}

// wakeRelays tells every relay that there may be rows.
func wakeRelays() {
	relays.Lock()
	defer relays.Unlock()
	for wake := range relays.wake {
		signal(wake)
	}
}

// signal never blocks: a full channel already says that there may be rows.
func signal(wake chan<- struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

// woken takes the signal that there may be rows, and reports whether there was one.
func (r *Relay) woken() bool {
	select {
	case <-r.wake:
		return true
	default:
		return false
	}
}

// channel is where relays that do not lead tell the leader that there may be rows.
func (r *Relay) channel() string { return "outbox/" + r.config.Service }

// listen makes the server send notifications of other replicas. They arrive with the answers to the leader's statements
// and while it is idle, and wake it.
func (r *Relay) listen(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), statementTimeout)
	defer cancel()
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{r.channel()}.Sanitize()); err != nil {
		return fmt.Errorf("listen to other replicas: %w", err)
	}
	return nil
}

// follow lasts until the next election. Meanwhile it tells the leader of commits in this process.
func (r *Relay) follow(ctx context.Context, conn *pgx.Conn) error {
	election := time.NewTimer(electionInterval)
	defer election.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-election.C:
			return nil
		case <-r.wake:
			if err := r.tell(ctx, conn); err != nil {
				return err
			}
		}
	}
}

// tell tells the leader that there may be rows. It does so after their commit and not with it: PostgreSQL lets only one
// transaction at a time commit that notifies. Commits that come meanwhile are told of together. The notification need
// not survive a crash of the server, so it does not wait for the disk.
func (r *Relay) tell(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), statementTimeout)
	defer cancel()
	if _, err := conn.Exec(ctx, "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, '')", r.channel()); err != nil {
		return fmt.Errorf("tell the leader of new rows: %w", err)
	}
	return nil
}
