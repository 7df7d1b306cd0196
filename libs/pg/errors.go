package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"muster/libs/errs"
)

// SQLSTATE codes, from PostgreSQL's appendix A.
const (
	codeForeignKeyViolation  = "23503"
	codeUniqueViolation      = "23505"
	codeSerializationFailure = "40001"
	codeDeadlockDetected     = "40P01"
	codeLockNotAvailable     = "55P03"
)

// ErrUnavailable is the error for callers when the database is unavailable (contract section 3: 503).
var ErrUnavailable = errs.New(errs.KindUnavailable, "UNAVAILABLE", "The service is not available right now. Please try again.")

// Classify returns the error to answer, log or retry: the *errs.Error in err's chain or, for any other error,
// [errs.KindUnavailable] if it is transient (the state of the database or the network) and otherwise
// [errs.KindInternal]. It is the only place that distinguishes transient errors from faults. errs.Kind defines the
// consequences: the HTTP status, the log level, whether to retry.
func Classify(err error) *errs.Error {
	e := errs.From(err)
	if e.Kind == errs.KindInternal && isTransient(err) {
		return ErrUnavailable.Because(err)
	}
	return e
}

// Wrap adds to an error what was attempted, and classifies it, so that the core sees [errs.KindUnavailable] too. nil
// stays nil, and an *errs.Error keeps its kind.
func Wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s: %w", what, err)
	if _, designed := errors.AsType[*errs.Error](err); designed {
		return err
	}
	if e := Classify(err); e.Kind != errs.KindInternal {
		return e
	}
	return err
}

// IsUnique reports whether err is a violation of the named unique constraint or index.
func IsUnique(err error, constraint string) bool {
	return isViolation(err, codeUniqueViolation, constraint)
}

// IsForeignKey reports whether err is a violation of the named foreign key.
func IsForeignKey(err error, constraint string) bool {
	return isViolation(err, codeForeignKeyViolation, constraint)
}

func isViolation(err error, code, constraint string) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == code && e.ConstraintName == constraint
}

// isTransient reports whether the same attempt may succeed later: the connection broke, the server is starting,
// stopping or full, a lock was not available, a deadlock was resolved, or the caller cancelled or ran out of time.
func isTransient(err error) bool {
	if err == nil {
		return false
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return isTransientCode(e.Code)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	for _, broken := range []error{
		context.Canceled, context.DeadlineExceeded, driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone,
		io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
	} {
		if errors.Is(err, broken) {
			return true
		}
	}
	// pgx returns this as a plain string when a connection died in an open transaction.
	return pgconn.SafeToRetry(err) || strings.Contains(err.Error(), "conn closed")
}

// isTransientCode matches the classes connection exception (08), transaction rollback (40), insufficient resources (53)
// and operator intervention (57), and the lock timeout.
func isTransientCode(code string) bool {
	switch {
	case len(code) != 5:
		return false
	case code == codeLockNotAvailable:
		return true
	}
	switch code[:2] {
	case "08", "40", "53", "57":
		return true
	}
	return false
}

// isConflict reports whether the transaction conflicted with another one and should be retried at once.
func isConflict(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == codeSerializationFailure || e.Code == codeDeadlockDetected)
}
