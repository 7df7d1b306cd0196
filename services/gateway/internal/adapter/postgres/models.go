package postgres

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"time"

	"gorm.io/gorm"

	"muster/libs/errs"
	"muster/libs/pg"
)

//go:embed registry/*.sql
var registry embed.FS

// Registry creates what the building of read models needs. Unlike [Migrations], which are those of one model, it is
// applied to the database.
var Registry = pg.Migrations{Name: "gateway_registry", FS: must(fs.Sub(registry, "registry"))}

func must(files fs.FS, err error) fs.FS {
	if err != nil {
		panic(err) // The directory is compiled in.
	}
	return files
}

// The schemas of models. The live one is in "public".
const (
	nextSchema = "read_model_next" // the one that is being built
	oldSchema  = "read_model_old"  // the one before the live one, until it is dropped
)

// OldestServed is the oldest version of a model that this program's statements can read and write. A program that finds
// an older live model serves nothing until it has built a new one.
const OldestServed = 5

// ErrRebuilding means that a build has been requested already.
var ErrRebuilding = errs.New(errs.KindConflict, "REBUILD_IN_PROGRESS", "The read model is being rebuilt already.")

// ErrNoBuild means that no build is in progress.
var ErrNoBuild = errs.New(errs.KindConflict, "NO_REBUILD_IN_PROGRESS", "No read model is being built.")

// Models manages the live read model and the one that may be built beside it. The version of a model is the number of
// its newest migration. A model is never migrated once it holds data: a new one is built instead.
type Models struct {
	// Version is the version of the model that this program builds.
	Version int64

	db         *gorm.DB
	url        string
	migrations pg.Migrations
	consumer   string // that of the live model
}

// NewModels creates Models. url is that of db, migrations create a model, and consumer feeds the live one.
func NewModels(db *gorm.DB, url string, migrations pg.Migrations, consumer string) (*Models, error) {
	files, err := fs.Glob(migrations.FS, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("version of the read model: %w", err)
	}
	m := &Models{db: db, url: url, migrations: migrations, consumer: consumer}
	for _, name := range files {
		n, err := strconv.ParseInt(name[:4], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("version of the read model: %w", err)
		}
		m.Version = max(m.Version, n)
	}
	return m, nil
}

// NextConsumer is the consumer that feeds the model that is being built. After the swap its offsets are the live one's.
func (m *Models) NextConsumer() string { return m.consumer + "-next" }

// Prepare creates the model of a new database, or completes one that has never been fed.
func (m *Models) Prepare(ctx context.Context) error {
	const query = "SELECT NOT EXISTS (SELECT FROM kafka_offsets WHERE consumer = ?)"
	unfed, _, err := pg.First[bool](ctx, m.db, "look for a read model", query, m.consumer)
	if err != nil || !unfed {
		return err
	}
	return pg.Migrate(ctx, pg.InSchemas(m.url, "public", "extensions"), m.migrations)
}

// LiveVersion returns the version of the live model.
func (m *Models) LiveVersion(ctx context.Context) (int64, error) {
	v, _, err := pg.First[int64](ctx, m.db, "read the version of the read model", "SELECT max(version_id) FROM public.goose_gateway WHERE is_applied")
	return v, err
}

// Build is a build that is not finished.
type Build struct {
	Version     int64
	Phase       string // requested, loading, unindexed, counted
	RequestedAt time.Time
	// Lacking is the number of records that the new model could not apply although the live one did.
	Lacking int64
}

// Current returns the build in progress. found is false if there is none.
func (m *Models) Current(ctx context.Context) (b Build, found bool, err error) {
	const query = "SELECT version, phase, requested_at, (" + lacking + ") AS lacking FROM read_model_build"
	return pg.First[Build](ctx, m.db, "read the build", query, m.NextConsumer(), m.consumer)
}

// lacking counts the records that are parked for the new model and not for the live one. A record that an operator has
// dropped for the live one is among them.
const lacking = `SELECT count(*) FROM parked n WHERE n.consumer = ? AND NOT EXISTS (
	SELECT FROM parked l WHERE l.consumer = ? AND l.topic = n.topic AND l.key = n.key)`

// Accept lets the new model take over although it lacks records, or returns [ErrNoBuild].
func (m *Models) Accept(ctx context.Context) error {
	return pg.ExecOne(ctx, m.db, "accept the build", ErrNoBuild, "UPDATE read_model_build SET accepted = true")
}

// Request requests a new model, or returns [ErrRebuilding].
func (m *Models) Request(ctx context.Context) error {
	const insert = "INSERT INTO read_model_build (version, phase) VALUES (?, 'requested') ON CONFLICT DO NOTHING"
	return pg.ExecOne(ctx, m.db, "request a build", ErrRebuilding, insert, m.Version)
}

// Due reports whether this program has a model to build, or one to drop. It requests a build if the live model is older
// than the program's. A newer one is left alone: it belongs to the next release, which runs already.
func (m *Models) Due(ctx context.Context) (build, drop bool, err error) {
	live, err := m.LiveVersion(ctx)
	if err != nil {
		return false, false, err
	}
	if live < m.Version {
		const request = `
			INSERT INTO read_model_build AS b (version, phase) VALUES (?, 'requested')
			ON CONFLICT ON CONSTRAINT read_model_build_pk DO UPDATE SET version = excluded.version, phase = 'requested', accepted = false WHERE b.version < excluded.version`
		if _, err := pg.Exec(ctx, m.db, "request a build", request, m.Version); err != nil {
			return false, false, err
		}
	}
	b, found, err := m.Current(ctx)
	if err != nil {
		return false, false, err
	}
	drop, _, err = pg.First[bool](ctx, m.db, "look for an old read model", "SELECT to_regnamespace(?) IS NOT NULL", oldSchema)
	return found && b.Version == m.Version, drop, err
}

// Open opens a pool whose sessions find the new model's tables by their names, and everything else where it is. Its
// statements have no time limit. Its connections are enough for the batches that the consumer applies at the same time
// and for those that build.
func (m *Models) Open(ctx context.Context) (*gorm.DB, error) {
	url := pg.WithParameters(pg.InSchemas(m.url, nextSchema, "public"), map[string]string{"statement_timeout": "0", "pool_max_conns": "12"})
	return pg.Open(ctx, url)
}

// DropOld drops the model before the live one. A reader that still uses it makes it fail with a transient error.
func (m *Models) DropOld(ctx context.Context) error {
	_, err := pg.Exec(ctx, m.db, "drop the old read model", "DROP SCHEMA IF EXISTS "+oldSchema+" CASCADE")
	return err
}
