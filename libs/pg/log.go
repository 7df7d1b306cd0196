package pg

import (
	"context"
	"log/slog"
	"regexp"
	"time"

	"gorm.io/gorm/logger"
)

// slowQuery is the duration from which a statement is worth a warning.
const slowQuery = 250 * time.Millisecond

// maxLogged is how much of a statement is logged, in bytes: one that stores many rows says the same many times.
const maxLogged = 1000

// queryLog tells slog about slow statements, without the values in them. It is silent about errors: these belong to
// whoever handles them.
type queryLog struct {
	slow time.Duration
}

// LogMode is part of gorm's interface; the level is slog's to decide.
func (q queryLog) LogMode(logger.LogLevel) logger.Interface { return q }

// Info is part of gorm's interface and says nothing.
func (queryLog) Info(context.Context, string, ...any) {}

// Warn passes gorm's own warnings on.
func (queryLog) Warn(ctx context.Context, message string, args ...any) {
	slog.WarnContext(ctx, "gorm warns", "message", message, "args", args)
}

// Error passes gorm's own errors on, such as a connection that cannot be initialised.
func (queryLog) Error(ctx context.Context, message string, args ...any) {
	slog.ErrorContext(ctx, "gorm fails", "message", message, "args", args)
}

// Trace warns about a statement that took long.
func (q queryLog) Trace(ctx context.Context, begin time.Time, statement func() (string, int64), _ error) {
	took := time.Since(begin)
	if took < q.slow {
		return
	}
	query, rows := statement()
	text := literal.ReplaceAllString(query, "'…'")
	slog.WarnContext(ctx, "slow query", "took", took, "rows", rows, "sql", text[:min(len(text), maxLogged)])
}

// ParamsFilter keeps values out of statements: they are personal data. Where gorm does not ask, which is in Scan, it
// writes them as literals, and Trace removes them.
func (queryLog) ParamsFilter(_ context.Context, query string, _ ...any) (string, []any) {
	return query, nil
}

// literal is a quoted string; a quote inside it is doubled.
var literal = regexp.MustCompile(`'(?:[^']|'')*'`)
