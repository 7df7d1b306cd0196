package pgtest

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"muster/libs/errs"
)

// Failure is an error of the driver or the network, and the kind that it must be classified as.
type Failure struct {
	Name string
	Err  error
	Kind errs.Kind
}

// Failures are the errors that every reader of errors is tested with: libs/web's answers, libs/inbox's retries, and the
// errors of the stores and libs/outbox.
func Failures() []Failure {
	failures := []Failure{
		{"the caller gave up", fmt.Errorf("read user: %w", context.Canceled), errs.KindUnavailable},
		{"out of time", fmt.Errorf("read user: %w", context.DeadlineExceeded), errs.KindUnavailable},
		{"connection refused", &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, errs.KindUnavailable},
		{"connection reset", &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, errs.KindUnavailable},
		{"unknown host", &net.DNSError{Err: "no such host", Name: "postgres", IsNotFound: true}, errs.KindUnavailable},
		{"connection closed", fmt.Errorf("write: %w", net.ErrClosed), errs.KindUnavailable},
		{"connection cut off", fmt.Errorf("read: %w", io.ErrUnexpectedEOF), errs.KindUnavailable},
		{"connection ended", fmt.Errorf("read: %w", io.EOF), errs.KindUnavailable},
		{"bad connection", driver.ErrBadConn, errs.KindUnavailable},
		{"connection returned", sql.ErrConnDone, errs.KindUnavailable},
		{"transaction ended", sql.ErrTxDone, errs.KindUnavailable},
		{"pgx finds its connection closed", errors.New("conn closed"), errs.KindUnavailable},
		{"designed, whatever the cause", errs.New(errs.KindConflict, "EMAIL_EXISTS", "taken").Because(io.EOF), errs.KindConflict},
		{"designed and away", errs.New(errs.KindUnavailable, "AWAY", "away").Because(errors.New("down")), errs.KindUnavailable},
		{"internal, of a circumstance", errs.From(io.EOF), errs.KindUnavailable},
		{"no row", sql.ErrNoRows, errs.KindInternal},
		{"unknown", errors.New("oops"), errs.KindInternal},
	}
	for code, kind := range SQLStates {
		failures = append(failures, Failure{"SQLSTATE " + code, fmt.Errorf("read user: %w", &pgconn.PgError{Code: code}), kind})
	}
	return failures
}

// SQLStates are codes of PostgreSQL (appendix A of its manual) and the kinds of their errors.
var SQLStates = map[string]errs.Kind{
	"08000": errs.KindUnavailable, // connection_exception
	"08003": errs.KindUnavailable, // connection_does_not_exist
	"08006": errs.KindUnavailable, // connection_failure
	"40001": errs.KindUnavailable, // serialization_failure
	"40P01": errs.KindUnavailable, // deadlock_detected
	"53100": errs.KindUnavailable, // disk_full
	"53200": errs.KindUnavailable, // out_of_memory
	"53300": errs.KindUnavailable, // too_many_connections
	"55P03": errs.KindUnavailable, // lock_not_available: lock_timeout
	"57014": errs.KindUnavailable, // query_canceled: statement_timeout
	"57P01": errs.KindUnavailable, // admin_shutdown
	"57P02": errs.KindUnavailable, // crash_shutdown
	"57P03": errs.KindUnavailable, // cannot_connect_now
	"22001": errs.KindInternal,    // string_data_right_truncation
	"22021": errs.KindInternal,    // character_not_in_repertoire
	"22P02": errs.KindInternal,    // invalid_text_representation
	"23502": errs.KindInternal,    // not_null_violation
	"23503": errs.KindInternal,    // foreign_key_violation
	"23505": errs.KindInternal,    // unique_violation
	"23514": errs.KindInternal,    // check_violation
	"25P02": errs.KindInternal,    // in_failed_sql_transaction
	"42601": errs.KindInternal,    // syntax_error
	"42P01": errs.KindInternal,    // undefined_table
	"55006": errs.KindInternal,    // object_in_use
	"XX000": errs.KindInternal,    // internal_error
}
