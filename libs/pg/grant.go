package pg

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// grants are what the role of a service may do. It may only read goose's tables, so it cannot have migrations run again.
const grants = `
DO $grants$
DECLARE
    named regclass;
BEGIN
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %%I', %[1]s);
    FOR named IN SELECT c.oid FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND c.relname NOT LIKE 'goose\_%%' LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %%s TO %%I', named, %[1]s);
    END LOOP;
    FOR named IN SELECT c.oid FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname LIKE 'goose\_%%' LOOP
        EXECUTE format('GRANT SELECT ON %%s TO %%I', named, %[1]s);
    END LOOP;
    FOR named IN SELECT c.oid FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S' AND c.relname NOT LIKE 'goose\_%%' LOOP
        EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE %%s TO %%I', named, %[1]s);
    END LOOP;
END
$grants$`

// grant gives the role of url its rights, as the owner of the tables.
func grant(ctx context.Context, owner, url string) error {
	service, err := ConnConfig(url, nil)
	if err != nil {
		return err
	}
	config, err := ConnConfig(owner, migrationSession)
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("grant rights: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", LockKey("grant")); err != nil { // two replicas must not grant at once
		return fmt.Errorf("grant rights: %w", err)
	}
	if _, err := conn.Exec(ctx, fmt.Sprintf(grants, quoted(service.User))); err != nil {
		return fmt.Errorf("grant rights to the role %s: %w", service.User, err)
	}
	return nil
}

// quoted returns the text as a literal of SQL.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
