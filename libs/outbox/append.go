package outbox

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/propagation"
	"gorm.io/gorm"

	"muster/libs/contracts"
	"muster/libs/pg"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations create the tables outbox and outbox_dead.
var Migrations = pg.Embedded("outbox", files)

// errNoTransaction is a programming error: the events would not commit with the change.
var errNoTransaction = errors.New("append to the outbox: the handle is not a transaction")

const insertColumns = "INSERT INTO outbox (event_id, topic, key, type, source, subject, version, occurred_at, trace, data) VALUES "

// Append adds an event for each payload, in order, to the outbox in the transaction tx. source is the service's name,
// and now is the time of the change. This process's relay is woken after the transaction of ctx has committed. The
// events carry the trace of ctx, so that the consumers' work belongs to it.
func Append(ctx context.Context, tx *gorm.DB, source string, now time.Time, payloads ...contracts.Payload) error {
	if len(payloads) == 0 {
		return nil
	}
	if _, ok := tx.Statement.ConnPool.(gorm.TxCommitter); !ok {
		return errNoTransaction
	}
	trace := traceParent(ctx)
	rows := make([]any, 0, len(payloads))
	for _, payload := range payloads {
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("append to the outbox: %w", err)
		}
		e, err := contracts.New(id.String(), source, now, payload)
		if err != nil {
			return fmt.Errorf("append to the outbox: %w", err)
		}
		rows = append(rows, []any{e.ID, e.Topic, e.Key, e.Type, e.Source, e.Subject, e.Version, e.Time, trace, string(e.Data)})
	}
	if _, err := pg.Exec(ctx, tx, "append to the outbox", insertColumns+pg.Placeholders(len(rows)), rows...); err != nil {
		return err
	}
	pg.AfterCommit(ctx, wakeRelays)
	return nil
}

// traceParent returns the W3C traceparent of the span in ctx, or "".
func traceParent(ctx context.Context) string {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	return carrier[contracts.HeaderTraceParent]
}
