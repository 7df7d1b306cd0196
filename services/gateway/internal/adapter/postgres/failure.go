package postgres

import "muster/libs/pg"

func failed(what string, err error) error { return pg.Wrap(what, err) }
