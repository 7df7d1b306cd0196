package pg

import (
	"context"
	"log/slog"
	"regexp"
	"time"

	"gorm.io/gorm/logger"
)

// slowQuery is the duration from which a statement is logged as slow.
const slowQuery = 250 * time.Millisecond

// maxLogged is the length to which a logged statement is cut, in bytes. A statement that stores many rows repeats
// itself.
const maxLogged = 1000

// queryLog logs slow statements without their values. It does not log errors: callers handle them.
type queryLog struct {
	slow time.Duration
}

// LogMode implements gorm's interface. slog decides the level.
func (q queryLog) LogMode(logger.LogLevel) logger.Interface { return q }

// Info implements gorm's interface and does nothing.
func (queryLog) Info(context.Context, string, ...any) {}

// Warn logs gorm's own warnings.
func (queryLog) Warn(ctx context.Context, message string, args ...any) {
	slog.WarnContext(ctx, "gorm warning", "message", message, "args", args)
}

// Error logs gorm's own errors, such as a connection that cannot be initialised.
func (queryLog) Error(ctx context.Context, message string, args ...any) {
	slog.ErrorContext(ctx, "gorm error", "message", message, "args", args)
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

// ParamsFilter keeps values out of statements, because they are personal data. gorm does not call it in Scan and writes
// values as literals there; Trace removes those.
func (queryLog) ParamsFilter(_ context.Context, query string, _ ...any) (string, []any) {
	return query, nil
}

// literal is a quoted string; a quote inside it is doubled.
var literal = regexp.MustCompile(`'(?:[^']|'')*'`)
