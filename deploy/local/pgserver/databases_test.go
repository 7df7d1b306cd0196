package pgserver

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestAServerThatLacksSomethingIsExplained(t *testing.T) {
	server, err := Start(t.Context(), Options{Throwaway: true})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	conn, err := pgx.Connect(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, test := range []struct{ extension, collation, want string }{
		{"pg_trgm", "und-x-icu", ""},
		{"no_such_extension", "und-x-icu", "install PostgreSQL's contrib package"},
		{"pg_trgm", "no-such-collation", "built with ICU"},
	} {
		err := able(t.Context(), conn, test.extension, test.collation)
		if (test.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s, %s: %v", test.extension, test.collation, err)
		}
	}
}

func TestServersThatCannotBeReachedAreExplained(t *testing.T) {
	for url, want := range map[string]string{
		"mysql://127.0.0.1/x": "not of the form",
		"postgres://postgres@127.0.0.1:1/postgres?sslmode=disable": "correct MUSTER_POSTGRES_URL",
	} {
		if _, err := EnsureDatabases(t.Context(), url, "billing"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", url, err)
		}
	}
}
