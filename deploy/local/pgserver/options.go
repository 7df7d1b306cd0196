package pgserver

import (
	"io"
	"time"
)

// superuser is the role that initdb creates.
const superuser = "postgres"

// startTimeout limits a start. It is generous because a server that was killed replays its log first.
const startTimeout = 2 * time.Minute

// Options are the settings of a server.
type Options struct {
	// DataDir contains the databases; it is created if it does not exist. If the server's user cannot reach it
	// (PostgreSQL refuses to run as root, and a directory under /root is closed to others), a directory under /var/tmp
	// is used instead: see [Server.DataDir]. Only one caller may use it at a time; a server that a killed run left
	// behind in it is stopped.
	DataDir string
	// Throwaway starts a server for tests: its data directory is temporary (DataDir must be empty) and removed by Stop,
	// and its data need not survive a crash of the machine.
	Throwaway bool
	// Port is the TCP port on 127.0.0.1; 0 chooses a free one.
	Port int
	// PortSetting is the name of the setting for the port, for the error when the port is taken.
	PortSetting string
	// BinDir has initdb and postgres (setting MUSTER_PG_BIN); if empty, they are searched for.
	BinDir string
	// CacheDir stores downloaded binaries; empty means the user's cache directory.
	CacheDir string
	// RepositoryURL is the Maven repository with the binaries (setting MUSTER_PG_REPOSITORY); empty means Maven Central.
	RepositoryURL string
	// Log receives the server's output; nil discards it.
	Log io.Writer
	// Progress is called with a short text about anything that takes long or that the user should know; it may be nil.
	Progress func(message string)
}

// parameters are the server's settings. They are on its command line so that a change also applies to existing data.
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
		"log_error_verbosity":     "terse", // the details of an error contain values, such as users' addresses
	}
	if !o.Throwaway {
		parameters["shared_buffers"] = "512MB" // allocated as it is used; a million users take 300 MB in directory alone
		return parameters
	}
	parameters["max_connections"] = "300"
	parameters["fsync"] = "off"
	parameters["synchronous_commit"] = "off"
	parameters["full_page_writes"] = "off"
	parameters["max_wal_size"] = "1GB" // of memory
	return parameters
}

func (o Options) progress(message string) {
	if o.Progress != nil {
		o.Progress(message)
	}
}
