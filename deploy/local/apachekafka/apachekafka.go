// Package apachekafka runs a broker of Apache Kafka as a child process, for tests of what the broker of "make test"
// does differently: compaction, log starts, leader epochs, rights. It needs Java 17 and Maven, which fetches the broker
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
	startPatience = 90 * time.Second
	stopPatience  = 15 * time.Second
	clusterID     = "TXVzdGVyTXVzdGVyTXVzdA"
)

// Broker is a broker that is its own controller.
type Broker struct {
	lib, dir string
	addr     string
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
	if _, err := os.Stat(lib); err == nil {
		return lib, nil
	}
	if err := os.MkdirAll(home, 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(home, "pom.xml"), pom, 0o644); err != nil {
		return "", err
	}
	partial := fmt.Sprintf("%s.%d", lib, os.Getpid())
	mvn := exec.CommandContext(ctx, "mvn", "-q", "-B", "-Dkafka.version="+version, "dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory="+partial)
	mvn.Dir = home
	if output, err := mvn.CombinedOutput(); err != nil {
		return "", fmt.Errorf("fetch Apache Kafka %s with Maven: %w\n%s", version, err, output)
	}
	return lib, os.Rename(partial, lib)
}

// New prepares a broker whose log and settings are in dir, which must be empty. lib holds the jars. The broker writes
// its warnings to stderr.
func New(ctx context.Context, lib, dir string, stderr io.Writer) (*Broker, error) {
	port, err := netport.Free()
	if err != nil {
		return nil, err
	}
	controller, err := netport.Free()
	if err != nil {
		return nil, err
	}
	b := &Broker{lib: lib, dir: dir, addr: fmt.Sprintf("127.0.0.1:%d", port), stderr: stderr}
	settings := strings.NewReplacer("$PORT", fmt.Sprint(port), "$CONTROLLER", fmt.Sprint(controller), "$LOGS", b.Logs()).Replace(properties)
	if err := os.WriteFile(b.settings(), []byte(settings), 0o644); err != nil {
		return nil, err
	}
	format := b.java(ctx, "kafka.tools.StorageTool", "format", "-t", clusterID, "-c", b.settings())
	if output, err := format.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("format the broker's directory: %w\n%s", err, output)
	}
	return b, nil
}

// Addr is the broker's host:port, the same after each start.
func (b *Broker) Addr() string { return b.addr }

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
