package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// SQLSTATE codes, from PostgreSQL's appendix A.
const (
	codeUniqueViolation      = "23505"
	codeSerializationFailure = "40001"
	codeDeadlockDetected     = "40P01"
	codeLockNotAvailable     = "55P03"
)

// IsUnique says whether err is a violation of the named unique constraint or index. An empty name means any.
func IsUnique(err error, constraint string) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == codeUniqueViolation && (constraint == "" || e.ConstraintName == constraint)
}

// IsTransient says whether err comes from the database's circumstances and not from what was asked of it: the
// connection broke, the server is starting, stopping or full, a lock was not to be had, a deadlock was broken.
// The same transaction may succeed later.
func IsTransient(err error) bool {
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
	for _, broken := range []error{driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, context.DeadlineExceeded} {
		if errors.Is(err, broken) {
			return true
		}
	}
	// pgx says this with a plain string when a connection died under an open transaction.
	return pgconn.SafeToRetry(err) || strings.Contains(err.Error(), "conn closed")
}

// isTransientCode knows the classes connection exception (08), transaction rollback (40), insufficient resources
// (53) and operator intervention (57), and the lock timeout.
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

// isConflict says whether the transaction lost against another one and deserves another attempt at once.
func isConflict(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == codeSerializationFailure || e.Code == codeDeadlockDetected)
}
