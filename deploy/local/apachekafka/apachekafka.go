// Package apachekafka runs a broker of Apache Kafka as a child process: for "make run KAFKA=apache", and for tests of what
// the broker of "make test" does differently: compaction, log starts, leader epochs, rights. It needs Java 17 and Maven, which fetches the broker
// from Maven Central once.
package apachekafka

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"muster/deploy/local/certificates"
	"muster/deploy/local/netport"
	"muster/deploy/local/process"
)

//go:embed pom.xml
var pom []byte

//go:embed server.properties
var properties string

// DefaultVersion is the release that Muster is tested with.
const DefaultVersion = "4.1.1"

const (
	startPatience = 3 * time.Minute
	stopPatience  = 15 * time.Second
	fetchAttempts = 3
	needs         = "Apache Kafka needs Java 17 or newer and, to be fetched once, Maven (apt-get install openjdk-17-jre-headless maven)"
	clusterID     = "TXVzdGVyTXVzdGVyTXVzdA"
)

// User and Password sign in at [Broker.SASL], with PLAIN and SCRAM.
const (
	User     = "muster"
	Password = "a-password-of-the-test-broker"
)

// Broker is a broker that is a controller, too.
type Broker struct {
	lib, dir   string
	addr       string
	advertised string
	tls        string
	sasl       string
	stderr     io.Writer
	running    *process.Process
}

// Fetch makes sure that a release is in the cache of this user, and returns the directory of its jars.
func Fetch(ctx context.Context, version string) (lib string, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	home := filepath.Join(cache, "muster", "apache-kafka-"+version)
	lib = filepath.Join(home, "lib")
	if _, err := exec.LookPath("java"); err != nil {
		return "", fmt.Errorf("%w: %s", err, needs)
	}
	if _, err := os.Stat(lib); err == nil {
		return lib, nil
	}
	if _, err := exec.LookPath("mvn"); err != nil {
		return "", fmt.Errorf("%w: %s", err, needs)
	}
	if err := os.MkdirAll(home, 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(home, "pom.xml"), pom, 0o644); err != nil {
		return "", err
	}
	partial := fmt.Sprintf("%s.%d", lib, os.Getpid())
	defer os.RemoveAll(partial)
	for attempt := 1; ; attempt++ {
		err := copyJars(ctx, home, partial, version)
		if err == nil {
			break
		}
		if attempt == fetchAttempts || ctx.Err() != nil {
			return "", err
		}
	}
	renamed := os.Rename(partial, lib)
	if _, err := os.Stat(lib); err == nil { // Perhaps because another process was faster.
		return lib, nil
	}
	return "", renamed
}

// copyJars makes Maven put a release into a directory. What it has fetched before it fails is in its own cache.
func copyJars(ctx context.Context, home, to, version string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	mvn := exec.CommandContext(ctx, "mvn", "-q", "-B", "-Dkafka.version="+version, "dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory="+to)
	mvn.Dir = home
	if output, err := mvn.CombinedOutput(); err != nil {
		return fmt.Errorf("fetch Apache Kafka %s with Maven: %w\n%s", version, err, output)
	}
	return nil
}

// Options are the settings of brokers.
type Options struct {
	Lib    string    // the directory of the jars
	Dir    string    // where a broker keeps its log and settings; it goes on with what an earlier one has left there
	Port   int       // of the first broker's listener without TLS; 0 chooses a free one
	Stderr io.Writer // for warnings
	// Advertise returns the host:port that clients are told instead of a broker's own; nil means its own.
	Advertise func(addr string) (string, error)
}

// New prepares a broker that is its own controller.
func New(ctx context.Context, options Options) (*Broker, error) {
	cluster, err := newCluster(ctx, options, []string{options.Dir})
	if err != nil {
		return nil, err
	}
	return cluster[0], nil
}

// NewCluster prepares n brokers, in directories of their own below the one of the options. A broker starts only together
// with as many others as make a majority.
func NewCluster(ctx context.Context, options Options, n int) ([]*Broker, error) {
	dirs := make([]string, n)
	for i := range dirs {
		dirs[i] = filepath.Join(options.Dir, strconv.Itoa(i+1))
	}
	return newCluster(ctx, options, dirs)
}

// ports are those of a broker's listeners.
type ports struct{ plain, tls, sasl, between, controller int }

func newCluster(ctx context.Context, options Options, dirs []string) ([]*Broker, error) {
	all, voters := make([]ports, len(dirs)), make([]string, len(dirs))
	for i := range all {
		p := &all[i]
		for _, port := range []*int{&p.plain, &p.tls, &p.sasl, &p.between, &p.controller} {
			free, err := netport.Free()
			if err != nil {
				return nil, err
			}
			*port = free
		}
		voters[i] = fmt.Sprintf("%d@%s", i+1, at(p.controller))
	}
	if options.Port != 0 {
		all[0].plain = options.Port
	}
	cluster := make([]*Broker, len(dirs))
	for i, dir := range dirs {
		b, err := newBroker(ctx, options, i+1, dir, all[i], voters)
		if err != nil {
			return nil, err
		}
		cluster[i] = b
	}
	return cluster, nil
}

func at(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// newBroker writes the settings of the broker with a number, and formats its directory.
func newBroker(ctx context.Context, options Options, number int, dir string, p ports, voters []string) (*Broker, error) {
	b := &Broker{lib: options.Lib, dir: dir, addr: at(p.plain), advertised: at(p.plain), tls: at(p.tls), sasl: at(p.sasl), stderr: options.Stderr}
	if options.Advertise != nil {
		var err error
		if b.advertised, err = options.Advertise(b.addr); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return nil, err
	}
	if err := b.writeKeys(); err != nil {
		return nil, err
	}
	settings := strings.NewReplacer(
		"$NUMBER", strconv.Itoa(number), "$VOTERS", strings.Join(voters, ","), "$COPIES", strconv.Itoa(len(voters)),
		"$PLAIN", b.addr, "$ADVERTISED", b.advertised, "$TLS", b.tls, "$SASL", b.sasl, "$BETWEEN", at(p.between), "$CONTROLLER", at(p.controller),
		"$LOGS", b.Logs(), "$METADATA", b.metadata(), "$KEYS", b.Keys(), "$USER", User, "$PASSWORD", Password,
	).Replace(properties)
	if len(voters) > 1 { // who are anonymous to each other, and no rights are known before a majority has met
		settings += "super.users=User:ANONYMOUS\n"
	}
	if err := os.WriteFile(b.settings(), []byte(settings), 0o600); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(b.Logs(), "meta.properties")); err == nil {
		return b, nil // It has run before.
	}
	user := fmt.Sprintf("=[name=%s,password=%s]", User, Password)
	format := b.java(ctx, "kafka.tools.StorageTool", "format", "-t", clusterID, "-c", b.settings(), "--add-scram", "SCRAM-SHA-256"+user, "--add-scram", "SCRAM-SHA-512"+user)
	if output, err := format.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("format the broker's directory: %w\n%s", err, output)
	}
	return b, nil
}

// writeKeys makes the certificates. The broker wants its key and its certificate in one file.
func (b *Broker) writeKeys() error {
	if err := certificates.Write(b.Keys()); err != nil {
		return err
	}
	var both []byte
	for _, name := range []string{"server-key.pem", "server.pem"} {
		text, err := os.ReadFile(filepath.Join(b.Keys(), name))
		if err != nil {
			return err
		}
		both = append(both, text...)
	}
	return os.WriteFile(filepath.Join(b.Keys(), "broker.pem"), both, 0o600)
}

// Running is the process of the last start.
func (b *Broker) Running() *process.Process { return b.running }

// Addr is the broker's host:port, the same after each start.
func (b *Broker) Addr() string { return b.addr }

// Advertised is the host:port that clients are told.
func (b *Broker) Advertised() string { return b.advertised }

// TLS is the host:port that demands TLS and a client's certificate.
func (b *Broker) TLS() string { return b.tls }

// SASL is the host:port that demands TLS, a user and a password.
func (b *Broker) SASL() string { return b.sasl }

// Keys is the directory with ca.pem, client.pem and client-key.pem.
func (b *Broker) Keys() string { return filepath.Join(b.dir, "keys") }

// Logs is the directory with a directory for each partition.
func (b *Broker) Logs() string { return filepath.Join(b.dir, "logs") }

// metadata is the directory of what a controller knows: not that of the partitions, which may be on a disk that is full.
func (b *Broker) metadata() string {
	if _, err := os.Stat(filepath.Join(b.Logs(), "__cluster_metadata-0")); err == nil {
		return b.Logs() // of a broker that has run without a directory of its own for it
	}
	return filepath.Join(b.dir, "metadata")
}

func (b *Broker) settings() string { return filepath.Join(b.dir, "server.properties") }

func (b *Broker) java(ctx context.Context, args ...string) *exec.Cmd {
	options := []string{
		"-Xms64m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:MaxDirectMemorySize=64m",
		"-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", filepath.Join(b.lib, "*"),
	}
	return exec.CommandContext(ctx, "java", append(options, args...)...)
}

// Start starts the broker and waits until it accepts connections.
func (b *Broker) Start() error {
	cmd := b.java(context.Background(), "kafka.Kafka", b.settings())
	cmd.Stdout, cmd.Stderr = b.stderr, b.stderr
	running, err := process.Start(cmd, syscall.SIGKILL)
	if err != nil {
		return err
	}
	b.running = running
	for deadline := time.Now().Add(startPatience); time.Now().Before(deadline); {
		if conn, err := net.DialTimeout("tcp", b.addr, time.Second); err == nil {
			return conn.Close()
		}
		select {
		case <-running.Done():
			return fmt.Errorf("the broker ended with exit code %d", running.ExitCode())
		case <-time.After(50 * time.Millisecond):
		}
	}
	b.Kill()
	return fmt.Errorf("the broker does not accept connections within %v", startPatience)
}

// Stop stops the broker in an orderly way. What watches it may start it again before Stop returns.
func (b *Broker) Stop() {
	running := b.running
	_ = running.SignalGroup(syscall.SIGTERM)
	select {
	case <-running.Done():
	case <-time.After(stopPatience):
		kill(running)
	}
}

// Kill ends the broker without a warning. What watches it may start it again before Kill returns.
func (b *Broker) Kill() { kill(b.running) }

func kill(p *process.Process) {
	p.Kill()
	<-p.Done()
}
