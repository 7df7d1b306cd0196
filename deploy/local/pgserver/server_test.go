package pgserver_test

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"muster/deploy/local/pgserver"
	"muster/deploy/local/process"
)

func start(t *testing.T, options pgserver.Options) *pgserver.Server {
	t.Helper()
	server, err := pgserver.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// query runs a statement and returns its only value.
func query[T any](t *testing.T, url, statement string) T {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	var value T
	if err := conn.QueryRow(ctx, statement).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestThrowawayServer(t *testing.T) {
	server := start(t, pgserver.Options{Throwaway: true})
	for setting, want := range map[string]string{
		"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "300",
		"server_encoding": "UTF8", "timezone": "UTC", "listen_addresses": "127.0.0.1", "unix_socket_directories": "",
	} {
		if got := query[string](t, server.URL(), "SELECT current_setting('"+setting+"')"); got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
	if got := query[string](t, server.URL(), "SELECT lower('ÄÉЖ')"); got != "äéж" {
		t.Errorf("letters beyond ASCII fold to %q", got)
	}
	if !query[bool](t, server.URL(), "SELECT 'Z' < 'a'") {
		t.Error("text is not sorted by code point")
	}
	server.Stop()
	if _, err := os.Stat(server.DataDir()); !os.IsNotExist(err) {
		t.Errorf("the data is still there: %v", err)
	}
	if process.Alive(server.PID()) {
		t.Error("the server still runs")
	}
}

func TestDataSurvivesARestart(t *testing.T) {
	dir := filepath.Join(pgserver.OpenDir(t), "postgres")
	first := start(t, pgserver.Options{DataDir: dir})
	if got := query[string](t, first.URL(), "SELECT current_setting('fsync')"); got != "on" {
		t.Errorf("fsync is %s", got)
	}
	if _, err := pgserver.EnsureDatabases(t.Context(), first.URL(), "billing"); err != nil {
		t.Fatal(err)
	}
	first.Stop()

	second := start(t, pgserver.Options{DataDir: dir})
	if !query[bool](t, second.URL(), "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = 'billing')") {
		t.Error("a database did not survive the restart")
	}
	urls, err := pgserver.EnsureDatabases(t.Context(), second.URL(), "billing", "identity")
	if err != nil {
		t.Fatal(err)
	}
	for name, url := range urls {
		if got := query[string](t, url, "SELECT current_database()"); got != name {
			t.Errorf("the URL of %s leads to %s", name, got)
		}
	}
}

// refused returns the error code of a connection without the password.
func refused(t *testing.T, server *pgserver.Server) string {
	t.Helper()
	address, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.UserPassword("postgres", "guess")
	conn, err := pgx.Connect(t.Context(), address.String())
	if err == nil {
		_ = conn.Close(t.Context())
		return ""
	}
	if failure, ok := errors.AsType[*pgconn.PgError](err); ok {
		return failure.Code
	}
	t.Fatal(err)
	return ""
}

const invalidPassword = "28P01"

func TestAServerAsksForAPassword(t *testing.T) {
	server := start(t, pgserver.Options{Throwaway: true})
	if code := refused(t, server); code != invalidPassword {
		t.Errorf("a connection without the password: %q", code)
	}
	if n := query[int](t, server.URL(), "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'"); n != 0 {
		t.Errorf("%d rules let somebody in without a password", n)
	}
	if !query[bool](t, server.URL(), "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'postgres'") {
		t.Error("the password is not kept as SCRAM keeps it")
	}
	if info, err := os.Stat(filepath.Dir(server.DataDir())); err != nil || info.Mode()&0o007 != 0 {
		t.Errorf("the directory of the data is open to others: %v, %v", info.Mode(), err)
	}
}

func TestDataThatTrustedEverybodyIsUpgraded(t *testing.T) {
	dir := filepath.Join(pgserver.OpenDir(t), "postgres")
	first := start(t, pgserver.Options{DataDir: dir})
	if _, err := pgserver.EnsureDatabases(t.Context(), first.URL(), "billing"); err != nil {
		t.Fatal(err)
	}
	first.Stop()
	if err := os.RemoveAll(dir + ".password"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(first.DataDir(), "pg_hba.conf"), []byte("local all all trust\nhost all all 127.0.0.1/32 trust\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	second := start(t, pgserver.Options{DataDir: dir})
	if code := refused(t, second); code != invalidPassword {
		t.Errorf("a connection without the password: %q", code)
	}
	if !query[bool](t, second.URL(), "SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'billing')") {
		t.Error("the data is gone")
	}
	second.Stop()
	if err := os.Chmod(dir+".password", 0o644); err != nil {
		t.Fatal(err)
	}
	third := start(t, pgserver.Options{DataDir: dir})
	before, _, _ := strings.Cut(second.URL(), "@")
	if after, _, _ := strings.Cut(third.URL(), "@"); before != after {
		t.Error("the next start has another password")
	}
	if info, err := os.Stat(dir + ".password"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the password's file: %v, %v", info, err)
	}
}

func TestAWrongPasswordIsExplained(t *testing.T) {
	dir := filepath.Join(pgserver.OpenDir(t), "postgres")
	start(t, pgserver.Options{DataDir: dir}).Stop()
	if err := os.WriteFile(dir+".password", []byte("mistaken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := pgserver.Start(t.Context(), pgserver.Options{DataDir: dir}); err == nil || !strings.Contains(err.Error(), "delete that file") {
		t.Errorf("got %v", err)
	}
}

func TestAServerLeftBehindIsStopped(t *testing.T) {
	dir := filepath.Join(pgserver.OpenDir(t), "postgres")
	first := start(t, pgserver.Options{DataDir: dir})
	second := start(t, pgserver.Options{DataDir: dir})
	if process.Alive(first.PID()) {
		t.Error("two servers run on the same data")
	}
	if got := query[int](t, second.URL(), "SELECT 1"); got != 1 {
		t.Error("the second server does not work")
	}
}

func TestAKilledServerIsFollowed(t *testing.T) {
	dir := filepath.Join(pgserver.OpenDir(t), "postgres")
	first := start(t, pgserver.Options{DataDir: dir})
	if err := syscall.Kill(first.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-first.Done()
	second := start(t, pgserver.Options{DataDir: dir})
	if got := query[int](t, second.URL(), "SELECT 1"); got != 1 {
		t.Error("the second server does not work")
	}
}

func TestALockOfAnUnrelatedProcessIsRemoved(t *testing.T) {
	dir := filepath.Join(pgserver.OpenDir(t), "postgres")
	first := start(t, pgserver.Options{DataDir: dir})
	first.Stop()
	stranger, err := process.Start(exec.Command("sleep", "300"), syscall.SIGTERM)
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Kill()
	lock := filepath.Join(first.DataDir(), "postmaster.pid")
	if err := os.WriteFile(lock, []byte(strconv.Itoa(stranger.PID())+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	start(t, pgserver.Options{DataDir: dir})
	if !process.Alive(stranger.PID()) {
		t.Error("an unrelated process was stopped")
	}
}

func TestATakenPortIsExplained(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, err = pgserver.Start(t.Context(), pgserver.Options{
		Throwaway: true, Port: listener.Addr().(*net.TCPAddr).Port, PortSetting: "MUSTER_POSTGRES_PORT",
	})
	if err == nil || !strings.Contains(err.Error(), "set MUSTER_POSTGRES_PORT to another port") {
		t.Errorf("got %v", err)
	}
}

func TestABogusBinDirIsExplained(t *testing.T) {
	_, err := pgserver.Start(t.Context(), pgserver.Options{Throwaway: true, BinDir: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "set it to the directory that holds initdb and postgres") {
		t.Errorf("got %v", err)
	}
}

func TestADirectoryOfSomethingElseIsLeftAlone(t *testing.T) {
	dir := pgserver.OpenDir(t)
	precious := filepath.Join(dir, "precious")
	if err := os.WriteFile(precious, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := pgserver.Start(t.Context(), pgserver.Options{DataDir: dir})
	if err == nil || !strings.Contains(err.Error(), "holds something that is not PostgreSQL's") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(precious); err != nil {
		t.Error("the directory was emptied")
	}
}

func TestBrokenDataIsExplained(t *testing.T) {
	dir := filepath.Join(pgserver.OpenDir(t), "postgres")
	server := start(t, pgserver.Options{DataDir: dir})
	server.Stop()
	if err := os.Remove(filepath.Join(server.DataDir(), "global", "pg_control")); err != nil {
		t.Fatal(err)
	}
	_, err := pgserver.Start(t.Context(), pgserver.Options{DataDir: dir})
	if err == nil || !strings.Contains(err.Error(), "start afresh with make run FRESH=1") || !strings.Contains(err.Error(), "pg_control") {
		t.Fatalf("got %v", err)
	}
	if err := pgserver.Remove(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	start(t, pgserver.Options{DataDir: dir})
}

func TestADirectoryThatTheServersUserCannotEnter(t *testing.T) {
	parent := pgserver.OpenDir(t)
	if err := os.Chmod(parent, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(parent, "postgres")
	var said []string
	server := start(t, pgserver.Options{DataDir: dir, Progress: func(m string) { said = append(said, m) }})
	if os.Geteuid() != 0 {
		if server.DataDir() != dir {
			t.Errorf("the data of an ordinary user is in %s, want %s", server.DataDir(), dir)
		}
		return
	}
	if !strings.HasPrefix(server.DataDir(), "/var/tmp/muster-") || !strings.Contains(strings.Join(said, "\n"), "its data is in "+server.DataDir()) {
		t.Errorf("the data is in %s, said %q", server.DataDir(), said)
	}
	made := func(server *pgserver.Server) bool {
		return query[bool](t, server.URL(), "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = 'billing')")
	}
	if _, err := pgserver.EnsureDatabases(t.Context(), server.URL(), "billing"); err != nil {
		t.Fatal(err)
	}
	server.Stop()
	if server = start(t, pgserver.Options{DataDir: dir}); !made(server) {
		t.Error("the data did not survive a restart")
	}
	server.Stop()
	if err := os.Remove(dir); err != nil {
		t.Fatalf("there is no link where the data was wanted: %v", err)
	}
	if server = start(t, pgserver.Options{DataDir: dir}); made(server) {
		t.Error("data outlived the removal of the directory where it was wanted")
	}
	server.Stop()
	if err := pgserver.Remove(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(server.DataDir())); !os.IsNotExist(err) {
		t.Errorf("%s is left over: %v", filepath.Dir(server.DataDir()), err)
	}

	server = start(t, pgserver.Options{DataDir: dir})
	other := filepath.Join(pgserver.OpenDir(t), "closed", "postgres")
	if err := os.Mkdir(filepath.Dir(other), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(parent); err != nil {
		t.Fatal(err)
	}
	second := start(t, pgserver.Options{DataDir: other})
	t.Cleanup(func() { _ = pgserver.Remove(context.Background(), other) })
	if got := query[int](t, server.URL(), "SELECT 1"); got != 1 {
		t.Error("data in use was swept away")
	}
	server.Stop()
	second.Stop()
	start(t, pgserver.Options{DataDir: other}).Stop()
	if _, err := os.Stat(filepath.Dir(server.DataDir())); !os.IsNotExist(err) {
		t.Errorf("data whose directory is gone is left over: %v", err)
	}
}
