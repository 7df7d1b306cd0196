package pgserver_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/deploy/local/certificates"
	"muster/deploy/local/pgserver"
	"muster/libs/pg"
	"muster/libs/testkit/eventually"
)

// demandTLS makes a server refuse connections without TLS, and returns the file of the authority of its certificate.
func demandTLS(t *testing.T, server *pgserver.Server) (authority string) {
	t.Helper()
	keys := filepath.Join(t.TempDir(), "keys")
	if err := certificates.Write(keys); err != nil {
		t.Fatal(err)
	}
	data := server.DataDir()
	owner, err := os.Stat(data)
	if err != nil {
		t.Fatal(err)
	}
	put := func(name string, text []byte) {
		path := filepath.Join(data, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		id := owner.Sys().(*syscall.Stat_t)
		if err := os.Chown(path, int(id.Uid), int(id.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"server.pem", "server-key.pem"} {
		text, err := os.ReadFile(filepath.Join(keys, name))
		if err != nil {
			t.Fatal(err)
		}
		put(name, text)
	}
	put("pg_hba.conf", []byte("hostssl all all 127.0.0.1/32 scram-sha-256\n"))
	conn, err := pgx.Connect(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, statement := range []string{
		"ALTER SYSTEM SET ssl_cert_file = 'server.pem'", "ALTER SYSTEM SET ssl_key_file = 'server-key.pem'", "ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()",
	} {
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(keys, "ca.pem")
}

func with(t *testing.T, server *pgserver.Server, settings url.Values) string {
	t.Helper()
	u, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	u.RawQuery = settings.Encode()
	return u.String()
}

// TestServicesReachASecuredServer has a server that admits nobody without TLS.
func TestServicesReachASecuredServer(t *testing.T) {
	server := start(t, pgserver.Options{Throwaway: true})
	authority := demandTLS(t, server)
	connect := func(settings url.Values) error {
		config, err := pg.ConnConfig(with(t, server, settings), nil)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := pgx.ConnectConfig(t.Context(), config)
		if err != nil {
			return err
		}
		return conn.Close(t.Context())
	}
	plain := url.Values{"sslmode": {"disable"}}
	eventually.Holds(t, 10*time.Second, "connections without TLS are refused", func() bool {
		err := connect(plain)
		return err != nil && strings.Contains(err.Error(), "no encryption")
	})
	if err := connect(url.Values{"sslmode": {"verify-full"}}); err == nil || !strings.Contains(err.Error(), "unknown authority") {
		t.Errorf("the certificate of an unknown authority: %v", err)
	}
	checked := url.Values{"sslmode": {"verify-full"}, "sslrootcert": {authority}}
	if err := connect(checked); err != nil {
		t.Fatal(err)
	}
	db, err := pg.Open(t.Context(), with(t, server, checked))
	if err != nil {
		t.Fatal(err)
	}
	defer pg.Close(db)
	encrypted, found, err := pg.First[bool](t.Context(), db, "ask for TLS", "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
	if err != nil || !found || !encrypted {
		t.Errorf("a service's pool is encrypted: %v (%v)", encrypted, err)
	}
}
