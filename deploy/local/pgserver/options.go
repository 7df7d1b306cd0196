package pgserver

import (
	"io"
	"time"
)

// superuser is the role that initdb makes.
const superuser = "postgres"

// startTimeout bounds a start. It is generous because a server that was killed first replays its log.
const startTimeout = 2 * time.Minute

// Options say what server to start.
type Options struct {
	// DataDir holds the databases; it is made if it is not there. A user who cannot reach it (PostgreSQL refuses to run
	// as root, and a directory under /root is closed to others) gets one under /var/tmp instead: see [Server.DataDir].
	// It belongs to one caller at a time; a server that a killed run left behind in it is stopped.
	DataDir string
	// Throwaway makes a server for tests: a temporary data directory (DataDir must be empty), removed by Stop, and no
	// care for what a crash of the machine would lose.
	Throwaway bool
	// Port is the TCP port on 127.0.0.1; 0 chooses a free one.
	Port int
	// PortSetting is the name of the setting that changes the port, for the error when it is taken.
	PortSetting string
	// BinDir is where initdb and postgres are (setting MUSTER_PG_BIN); empty searches for them.
	BinDir string
	// CacheDir keeps binaries that had to be downloaded; empty means the user's cache directory.
	CacheDir string
	// RepositoryURL is the Maven repository with the binaries (setting MUSTER_PG_REPOSITORY); empty means Maven Central.
	RepositoryURL string
	// Log takes what the server writes; nil drops it.
	Log io.Writer
	// Progress is told, in a few words, about anything that takes long or that the user should know; nil is fine.
	Progress func(message string)
}

// parameters are the server's settings, given on its command line so that a change takes effect on old data too.
func (o Options) parameters() map[string]string {
	parameters := map[string]string{
		"listen_addresses":        "127.0.0.1",
		"unix_socket_directories": "",
		"password_encryption":     "scram-sha-256",
		"max_connections":         "200",
		"timezone":                "UTC",
		"log_timezone":            "UTC",
		"logging_collector":       "off",
		"log_line_prefix":         "%m [%p] %d ",
		"log_error_verbosity":     "terse", // the details of an error hold values: addresses of users
	}
	if !o.Throwaway {
		parameters["shared_buffers"] = "512MB" // taken as it is used; a million users are 300 MB in directory alone
		return parameters
	}
	parameters["max_connections"] = "300"
	parameters["fsync"] = "off"
	parameters["synchronous_commit"] = "off"
	parameters["full_page_writes"] = "off"
	parameters["max_wal_size"] = "4GB"
	return parameters
}

func (o Options) progress(message string) {
	if o.Progress != nil {
		o.Progress(message)
	}
}
