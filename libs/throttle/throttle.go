package throttle

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"math"
	"slices"
	"time"

	"gorm.io/gorm"

	"muster/libs/limits"
	"muster/libs/pg"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations make the table that a [Throttle] needs.
var Migrations = pg.Embedded("throttle", files)

// Throttle counts events in a database that has [Migrations].
type Throttle struct {
	db  *gorm.DB
	key []byte
	now func() time.Time
}

// New makes a throttle. secret keys the hashes of subjects; with another secret all counts begin anew.
func New(db *gorm.DB, secret string, now func() time.Time) *Throttle {
	return &Throttle{db: db, key: []byte(secret), now: now}
}

// Take counts one event for each use. When any of the limits is used up it counts nothing and returns [limits.ErrUsedUp] with
// the time after which all of them allow an event again. No event is let through because of concurrency.
func (t *Throttle) Take(ctx context.Context, uses ...limits.Use) error {
	return pg.Tx(ctx, t.db, func(ctx context.Context, _ *gorm.DB) error {
		now := t.now()
		var refused time.Duration
		for _, u := range t.inOrder(uses) {
			after, err := t.add(ctx, u, now)
			if err != nil {
				return err
			}
			// What was there before this event must leave room for it.
			refused = max(refused, after.less(1).wait(u.Limit))
		}
		return limited(refused) // an error takes the counts back
	})
}

// Check counts nothing. It returns [limits.ErrUsedUp] when any of the limits is used up.
func (t *Throttle) Check(ctx context.Context, uses ...limits.Use) error {
	now := t.now()
	var refused time.Duration
	for _, u := range uses {
		c, err := t.read(ctx, u, now)
		if err != nil {
			return err
		}
		refused = max(refused, c.wait(u.Limit))
	}
	return limited(refused)
}

// Forget takes back all events of the uses.
func (t *Throttle) Forget(ctx context.Context, uses ...limits.Use) error {
	for _, u := range uses {
		if _, err := pg.Exec(ctx, t.db, "forget throttled events", "DELETE FROM throttle WHERE subject = ?", t.hash(u)); err != nil {
			return err
		}
	}
	return nil
}

// purgeBatch bounds how many rows one statement of [Throttle.Purge] locks.
const purgeBatch = 1000

// Purge removes what no limit needs any more.
func (t *Throttle) Purge(ctx context.Context) error {
	for {
		n, err := pg.Exec(ctx, t.db, "purge throttled events", `
			DELETE FROM throttle WHERE subject IN
				(SELECT subject FROM throttle WHERE expires_at <= ? LIMIT ? FOR UPDATE SKIP LOCKED)`, t.now(), purgeBatch)
		if err != nil || n < purgeBatch {
			return err
		}
	}
}

// add counts one event and returns the counts with it. The row lock orders concurrent events.
func (t *Throttle) add(ctx context.Context, u limits.Use, now time.Time) (counts, error) {
	n := number(u.Limit, now)
	row, _, err := pg.First[countsRow](ctx, t.db, "count throttled event", `
		INSERT INTO throttle AS t (subject, window_number, current, previous, expires_at) VALUES (?, ?, 1, 0, ?)
		ON CONFLICT ON CONSTRAINT throttle_pk DO UPDATE SET
			window_number = greatest(t.window_number, excluded.window_number),
			current = CASE WHEN t.window_number >= excluded.window_number THEN t.current + 1 ELSE 1 END,
			previous = CASE WHEN t.window_number >= excluded.window_number THEN t.previous
				WHEN t.window_number = excluded.window_number - 1 THEN t.current ELSE 0 END,
			expires_at = greatest(t.expires_at, excluded.expires_at)
		RETURNING window_number, current, previous`, t.hash(u), n, start(u.Limit, n+2))
	return row.at(u.Limit, now), err
}

// read returns the counts without changing them.
func (t *Throttle) read(ctx context.Context, u limits.Use, now time.Time) (counts, error) {
	row, _, err := pg.First[countsRow](ctx, t.db, "read throttled events",
		"SELECT window_number, current, previous FROM throttle WHERE subject = ?", t.hash(u))
	return row.at(u.Limit, now), err
}

// inOrder gives the uses in the order in which everybody locks their rows.
func (t *Throttle) inOrder(uses []limits.Use) []limits.Use {
	return slices.SortedFunc(slices.Values(uses), func(a, b limits.Use) int {
		return cmp.Or(cmp.Compare(a.Limit.Name, b.Limit.Name), cmp.Compare(a.Subject, b.Subject))
	})
}

func (t *Throttle) hash(u limits.Use) string {
	h := hmac.New(sha256.New, t.key)
	h.Write([]byte("throttle\x00" + u.Limit.Name + "\x00" + u.Subject))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

func limited(wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	return limits.UsedUp(wait)
}

// number is the number of the aligned window of l that t falls into.
func number(l limits.Limit, t time.Time) int64 { return t.UnixNano() / int64(l.Window) }

func start(l limits.Limit, number int64) time.Time { return time.Unix(0, number*int64(l.Window)).UTC() }

type countsRow struct {
	WindowNumber, Current, Previous int64
}

// at are the row's counts as of now. A row may be older than now's window, or newer where another replica's clock is ahead.
func (r countsRow) at(l limits.Limit, now time.Time) counts {
	n := number(l, now)
	c := counts{elapsed: now.Sub(start(l, n))}
	switch {
	case r.WindowNumber >= n:
		c.current, c.previous = r.Current, r.Previous
	case r.WindowNumber == n-1:
		c.previous = r.Current
	}
	return c
}

// counts are the events of the current window, of which elapsed has passed, and of the one before it.
type counts struct {
	current, previous int64
	elapsed           time.Duration
}

// less is c without n events of the current window.
func (c counts) less(n int64) counts {
	c.current -= n
	return c
}

// wait is how long until the limit allows one more event; zero or less when it does now.
func (c counts) wait(l limits.Limit) time.Duration {
	most := float64(l.Most)
	overlap := 1 - float64(c.elapsed)/float64(l.Window)
	if float64(c.current)+float64(c.previous)*overlap < most {
		return 0
	}
	if float64(c.current) < most { // some of the previous window has to move out
		return c.until(l, float64(c.previous), most-float64(c.current)) - c.elapsed
	}
	// The current window is full. It has to become the previous one, and some of it has to move out.
	return l.Window - c.elapsed + c.until(l, float64(c.current), most)
}

// until is when, counted from the start of a window, less than room of the count before that window overlaps.
func (c counts) until(l limits.Limit, count, room float64) time.Duration {
	return time.Duration(math.Floor((1-room/count)*float64(l.Window))) + 1
}
