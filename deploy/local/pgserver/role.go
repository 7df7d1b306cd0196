package pgserver

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
)

// EnsureRole creates the role, or gives an existing one this password, and lets it connect to the database at databaseURL,
// to which nobody else but its owner and superusers may. The role has no rights in the database; libs/pg grants them. It
// returns the database's URL for the role.
func EnsureRole(ctx context.Context, databaseURL, role, password string) (string, error) {
	database, err := url.Parse(databaseURL)
	if err != nil {
		return "", err
	}
	connecting, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	conn, err := pgx.Connect(connecting, databaseURL)
	if err != nil {
		return "", fmt.Errorf("connect to make the role %s: %w", role, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var found bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)", role).Scan(&found); err != nil {
		return "", fmt.Errorf("look for the role %s: %w", role, err)
	}
	verb := "CREATE"
	if found {
		verb = "ALTER"
	}
	name, base := pgx.Identifier{role}.Sanitize(), pgx.Identifier{strings.TrimPrefix(database.Path, "/")}.Sanitize()
	secret := "'" + strings.ReplaceAll(password, "'", "''") + "'"
	for _, statement := range []string{
		verb + " ROLE " + name + " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD " + secret,
		"REVOKE CONNECT ON DATABASE " + base + " FROM PUBLIC",
		"GRANT CONNECT, TEMPORARY ON DATABASE " + base + " TO " + name,
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return "", fmt.Errorf("make the role %s: %w; give MUSTER_POSTGRES_URL a user who may", role, err)
		}
	}
	database.User = url.UserPassword(role, password)
	return database.String(), nil
}
