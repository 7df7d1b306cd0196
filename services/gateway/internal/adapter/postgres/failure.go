package postgres

import (
	"fmt"

	"muster/libs/errs"
	"muster/libs/pg"
)

var errAway = errs.New(errs.KindUnavailable, "UNAVAILABLE", "User data is not available right now. Please try again.")

// failed says what could not be read. A database that is away is a dependency that is down, and no fault of ours.
func failed(what string, err error) error {
	err = fmt.Errorf("%s: %w", what, err)
	if pg.IsTransient(err) {
		return errAway.Because(err)
	}
	return err
}
