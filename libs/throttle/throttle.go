package throttle

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"maps"
	"math"
	"slices"
	"time"

	"gorm.io/gorm"

	"muster/libs/limits"
	"muster/libs/pg"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations create the table of a [Throttle].
var Migrations = pg.Embedded("throttle", files)

// Throttle counts events in a database that has [Migrations].
type Throttle struct {
	db  *gorm.DB
	key []byte
	now func() time.Time
}

// New returns a throttle. secret keys the hashes of subjects; a new secret resets all counts.
func New(db *gorm.DB, secret string, now func() time.Time) *Throttle {
	return &Throttle{db: db, key: []byte(secret), now: now}
}

// Take counts one event for each use. If any limit is used up it counts nothing and returns [limits.ErrUsedUp] with the
// time after which all of them allow an event. Concurrent events cannot exceed a limit.
func (t *Throttle) Take(ctx context.Context, uses ...limits.Use) error {
	if len(uses) == 0 {
		return nil
	}
	return pg.Tx(ctx, t.db, func(ctx context.Context, _ *gorm.DB) error {
		now := t.now()
		rows, err := t.add(ctx, uses, now)
		if err != nil {
			return err
		}
		var refused time.Duration
		for _, u := range uses {
			// The counts before the last event must leave room for it.
			refused = max(refused, rows[t.hash(u)].at(u.Limit, now).less(1).wait(u.Limit))
		}
		return limited(refused) // an error rolls the counts back
	})
}

// Check counts nothing. It returns [limits.ErrUsedUp] if any of the limits is used up.
func (t *Throttle) Check(ctx context.Context, uses ...limits.Use) error {
	rows, err := pg.Many[countsRow](ctx, t.db, "read throttled events",
		"SELECT subject, window_number, current, previous FROM throttle WHERE subject IN ?", t.hashes(uses))
	if err != nil {
		return err
	}
	now, counted := t.now(), bySubject(rows)
	var refused time.Duration
	for _, u := range uses {
		refused = max(refused, counted[t.hash(u)].at(u.Limit, now).wait(u.Limit))
	}
	return limited(refused)
}

// Forget deletes the counts of the uses.
func (t *Throttle) Forget(ctx context.Context, uses ...limits.Use) error {
	_, err := pg.Exec(ctx, t.db, "forget throttled events", "DELETE FROM throttle WHERE subject IN ?", t.hashes(uses))
	return err
}

// purgeBatch bounds how many rows one statement of [Throttle.Purge] locks.
const purgeBatch = 1000

// Purge deletes expired counts.
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

// events is one row of the statement that counts: the new events of a subject.
type events struct {
	Subject      string    `json:"subject"`
	WindowNumber int64     `json:"window_number"`
	Count        int64     `json:"count"`
	ExpiresAt    time.Time `json:"expires_at"`
}

// add counts one event for each use and returns the counts with them, by subject. The row locks order concurrent
// events. Rows are locked in the order of their subjects, which prevents deadlocks.
func (t *Throttle) add(ctx context.Context, uses []limits.Use, now time.Time) (map[string]countsRow, error) {
	counted := map[string]events{}
	for _, u := range uses {
		subject, n := t.hash(u), number(u.Limit, now)
		counted[subject] = events{subject, n, counted[subject].Count + 1, start(u.Limit, n+2)}
	}
	rows, err := pg.Many[countsRow](ctx, t.db, "count throttled events", `
		INSERT INTO throttle AS t (subject, window_number, current, previous, expires_at)
		SELECT subject, window_number, count, 0, expires_at
		FROM jsonb_to_recordset(?::jsonb) AS e (subject text, window_number bigint, count bigint, expires_at timestamptz) ORDER BY subject
		ON CONFLICT ON CONSTRAINT throttle_pk DO UPDATE SET
			window_number = greatest(t.window_number, excluded.window_number),
			current = CASE WHEN t.window_number >= excluded.window_number THEN t.current ELSE 0 END + excluded.current,
			previous = CASE WHEN t.window_number >= excluded.window_number THEN t.previous
				WHEN t.window_number = excluded.window_number - 1 THEN t.current ELSE 0 END,
			expires_at = greatest(t.expires_at, excluded.expires_at)
		RETURNING subject, window_number, current, previous`, pg.JSONOf(slices.Collect(maps.Values(counted))))
	return bySubject(rows), err
}

func bySubject(rows []countsRow) map[string]countsRow {
	counted := make(map[string]countsRow, len(rows))
	for _, r := range rows {
		counted[r.Subject] = r
	}
	return counted
}

func (t *Throttle) hashes(uses []limits.Use) []string {
	hashes := make([]string, len(uses))
	for i, u := range uses {
		hashes[i] = t.hash(u)
	}
	return hashes
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
	Subject                         string
	WindowNumber, Current, Previous int64
}

// at returns the row's counts at now. The row may be of an earlier window, or of a later one when another replica's clock is
// ahead.
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

// less returns c without n events of the current window.
func (c counts) less(n int64) counts {
	c.current -= n
	return c
}

// wait returns the time until the limit allows one more event, or zero.
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

// until returns when, counted from the start of a window, the overlap with the count before it drops below room.
func (c counts) until(l limits.Limit, count, room float64) time.Duration {
	return time.Duration(math.Floor((1-room/count)*float64(l.Window))) + 1
}
