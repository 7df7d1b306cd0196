package postgres

import (
	"embed"

	"muster/libs/pg"
)

// Run after changing the lists' declarations:
//
//go:generate go test -run ^(TestTheListsDocumentIsWhatIsDeclared|TestTheNewestMigrationIsWhatIsDeclared)$ -update .

//go:embed migrations/*.sql
var files embed.FS

// Migrations create directory's tables. The database's owner must be able to install the extension pg_trgm.
var Migrations = pg.Embedded("directory", files)
