package postgres

import "muster/libs/errs"

// unavailable is the answer when the database is away.
var unavailable = errs.New(errs.KindUnavailable, "UNAVAILABLE", "Billing's data is not available right now. Please try again.")
