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

// Broker is a broker that is its own controller.
type Broker struct {
	lib, dir string
	addr     string
	tls      string
	sasl     string
	stderr   io.Writer
	running  *process.Process
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

// Options are the settings of a broker.
type Options struct {
	Lib    string    // the directory of the jars
	Dir    string    // where the broker keeps its log and settings; it goes on with what an earlier one has left there
	Port   int       // of the listener without TLS; 0 chooses a free one
	Stderr io.Writer // for the broker's warnings
}

// New prepares a broker.
func New(ctx context.Context, options Options) (*Broker, error) {
	var ports [4]int
	for i := range ports {
		port, err := netport.Free()
		if err != nil {
			return nil, err
		}
		ports[i] = port
	}
	if options.Port != 0 {
		ports[0] = options.Port
	}
	at := func(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
	b := &Broker{lib: options.Lib, dir: options.Dir, addr: at(ports[0]), tls: at(ports[1]), sasl: at(ports[2]), stderr: options.Stderr}
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return nil, err
	}
	if err := b.writeKeys(); err != nil {
		return nil, err
	}
	settings := strings.NewReplacer(
		"$PORT", fmt.Sprint(ports[0]), "$TLS", fmt.Sprint(ports[1]), "$SASL", fmt.Sprint(ports[2]), "$CONTROLLER", fmt.Sprint(ports[3]),
		"$LOGS", b.Logs(), "$KEYS", b.Keys(), "$USER", User, "$PASSWORD", Password,
	).Replace(properties)
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

// TLS is the host:port that demands TLS and a client's certificate.
func (b *Broker) TLS() string { return b.tls }

// SASL is the host:port that demands TLS, a user and a password.
func (b *Broker) SASL() string { return b.sasl }

// Keys is the directory with ca.pem, client.pem and client-key.pem.
func (b *Broker) Keys() string { return filepath.Join(b.dir, "keys") }

// Logs is the directory with a directory for each partition.
func (b *Broker) Logs() string { return filepath.Join(b.dir, "logs") }

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

// Stop stops the broker in an orderly way.
func (b *Broker) Stop() {
	_ = b.running.SignalGroup(syscall.SIGTERM)
	select {
	case <-b.running.Done():
	case <-time.After(stopPatience):
		b.Kill()
	}
}

// Kill ends the broker without a warning.
func (b *Broker) Kill() {
	b.running.Kill()
	<-b.running.Done()
}
