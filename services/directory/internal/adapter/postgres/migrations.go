package postgres

import (
	"embed"

	"muster/libs/pg"
)

// After a change of the lists' declarations:
//
//go:generate go test -run ^(TestTheListsDocumentIsWhatIsDeclared|TestTheNewestMigrationIsWhatIsDeclared)$ -update .

//go:embed migrations/*.sql
var files embed.FS

// Migrations make directory's own tables. They need the extension pg_trgm to be installable by the database's owner.
var Migrations = pg.Embedded("directory", files)
