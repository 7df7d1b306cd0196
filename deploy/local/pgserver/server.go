package pgserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"muster/deploy/local/netport"
	"muster/deploy/local/process"
)

// stopGrace is the time limit of a fast shutdown, which ends the sessions and writes a checkpoint.
const stopGrace = 20 * time.Second

// orphansGrace is how long a start waits for the sessions of a killed server to end.
const orphansGrace = 10 * time.Second

// Server is a running PostgreSQL server.
type Server struct {
	options  Options
	account  *account
	binaries binaries
	dataDir  string
	link     string // the requested DataDir, if the data is elsewhere
	scratch  string // removed by Stop; throwaway servers only
	port     int
	password string
	log      *tail
	process  *process.Process
}

// Start starts a server and waits until it answers. If it fails, nothing is left running.
func Start(ctx context.Context, options Options) (*Server, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout+fetchTimeout)
	defer cancel()
	s := &Server{options: options, log: newTail(options.Log)}
	steps := []func(context.Context) error{s.chooseDataDir, s.chooseBinaries, s.clearLeftover, s.choosePort, s.initialise, s.secure, s.run}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			s.Stop()
			return nil, err
		}
	}
	return s, nil
}

// Remove deletes the data of a server with this [Options.DataDir], wherever it is stored, after stopping a server that
// was left behind on it.
func Remove(ctx context.Context, dataDir string) error {
	s := &Server{options: Options{DataDir: dataDir}, log: newTail(nil)}
	if err := s.chooseDataDir(ctx); err != nil {
		return err
	}
	if err := s.clearLeftover(ctx); err != nil {
		return err
	}
	for _, path := range []string{s.dataDir, s.passwordFile(), s.marker(), s.link} {
		if err := os.RemoveAll(path); err != nil {
			return explainDisk(err, s.dataDir)
		}
	}
	if parent := filepath.Dir(s.dataDir); s.link != "" {
		if entries, err := os.ReadDir(parent); err == nil && len(entries) <= 1 { // only the file that names its origin
			_ = os.RemoveAll(parent)
		}
	}
	return nil
}

// chooseDataDir determines the account that runs the server and the directory of its data.
func (s *Server) chooseDataDir(context.Context) (err error) {
	if s.account, err = serverAccount(); err != nil {
		return err
	}
	if s.options.Throwaway {
		s.scratch, err = throwawayDir(s.account)
		s.dataDir = filepath.Join(s.scratch, "data")
		return err
	}
	parent, name := filepath.Split(filepath.Clean(s.options.DataDir))
	if parent, err = reachable(parent, s.account); err != nil {
		return err
	}
	s.dataDir = filepath.Join(parent, name)
	wanted, err := filepath.Abs(s.options.DataDir)
	if err != nil || wanted == s.dataDir {
		return err
	}
	s.link = wanted
	s.options.progress(fmt.Sprintf("PostgreSQL runs as user %s, who cannot enter %s; its data is in %s", s.account.name, filepath.Dir(wanted), s.dataDir))
	return nil
}

// disowned reports that the data is elsewhere and the link to it is gone: removing the directory with the link was
// meant to remove the data too.
func (s *Server) disowned() bool { return s.link != "" && !exists(s.link) }

func (s *Server) chooseBinaries(ctx context.Context) (err error) {
	major := majorOf(s.dataDir)
	if s.disowned() {
		major = 0
	}
	s.binaries, err = find(ctx, s.options, major)
	return err
}

func (s *Server) choosePort(context.Context) (err error) {
	s.port = s.options.Port
	if s.port == 0 {
		s.port, err = netport.Free()
		return err
	}
	setting := s.options.PortSetting
	if setting == "" {
		setting = "its port"
	}
	return netport.Check(net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), "PostgreSQL", setting)
}

// run starts the server and waits until it answers. After a server was killed, its sessions hold its shared memory
// until they notice, so run waits for that.
func (s *Server) run(ctx context.Context) error {
	patience := time.Now().Add(orphansGrace)
	for {
		if err := s.launch(); err != nil {
			return err
		}
		err := s.ready(ctx)
		if err == nil || time.Now().After(patience) || !strings.Contains(s.log.String(), "pre-existing shared memory block") {
			return err
		}
		s.log.forget()
	}
}

// launch starts the server. If this program is killed, the server gets the signal for a fast shutdown.
func (s *Server) launch() error {
	args := []string{"-D", s.dataDir, "-p", strconv.Itoa(s.port)}
	for name, value := range s.options.parameters() {
		args = append(args, "-c", name+"="+value)
	}
	cmd := exec.Command(s.binaries.path("postgres"), args...)
	s.prepare(cmd)
	cmd.Stdout, cmd.Stderr = s.log, s.log
	started, err := process.Start(cmd, syscall.SIGINT)
	if err != nil {
		return fmt.Errorf("start %s: %w", s.binaries.path("postgres"), err)
	}
	s.process = started
	return nil
}

// ready waits until the server answers a query or has ended.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.URL())
		if err == nil {
			return conn.Close(ctx)
		}
		if failure, ok := errors.AsType[*pgconn.PgError](err); ok && failure.Code == invalidPassword {
			return fmt.Errorf("PostgreSQL does not take the password in %s: delete that file, and the next start sets a new one", s.passwordFile())
		}
		select {
		case <-s.process.Done():
			return explainExit(s.log.String(), s.dataDir)
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return ctx.Err()
			}
			return fmt.Errorf("PostgreSQL did not become ready within %v; it said:\n%s", startTimeout, lastLines(s.log.String(), 10))
		case <-tick.C:
		}
	}
}

// URL returns the address of the database "postgres", with the superuser and the password.
func (s *Server) URL() string {
	return fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/postgres?sslmode=disable", superuser, s.password, s.port)
}

// DataDir returns the actual directory of the data.
func (s *Server) DataDir() string { return s.dataDir }

// PID returns the server's process id.
func (s *Server) PID() int { return s.process.PID() }

// Done is closed when the server has ended for any reason.
func (s *Server) Done() <-chan struct{} { return s.process.Done() }

// Stop stops the server: it ends the sessions, and committed data is on disk. A throwaway server is killed and its data
// deleted. Stop is idempotent.
func (s *Server) Stop() {
	if s.process != nil {
		s.stopProcess()
	}
	if s.scratch != "" {
		_ = os.RemoveAll(s.scratch)
	}
}

func (s *Server) stopProcess() {
	signals := []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT}
	if s.options.Throwaway {
		signals = signals[1:]
	}
	for _, signal := range signals {
		_ = s.process.Signal(signal)
		select {
		case <-s.process.Done():
			return
		case <-time.After(stopGrace):
		}
	}
	s.process.Kill()
}
