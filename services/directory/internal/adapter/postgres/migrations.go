package postgres

import (
	"embed"
	"io/fs"

	"muster/libs/pg"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations make directory's own tables. They need the extension pg_trgm to be installable by the database's owner.
var Migrations = pg.Migrations{Name: "directory", FS: root()}

func root() fs.FS {
	sub, err := fs.Sub(files, "migrations")
	if err != nil {
		panic(err) // the directory is compiled in
	}
	return sub
}
