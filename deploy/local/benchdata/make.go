package benchdata

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"muster/deploy/local/stack"
)

// Marker is the file in a stack's directory with the number of filled users. It exists only when all are filled.
const Marker = "benchdata"

// Make fills the running stack whose directory is dir. Its services are stopped afterwards.
func Make(ctx context.Context, dir string, d stack.Description, users int, say func(format string, args ...any)) error {
	marker := filepath.Join(dir, Marker)
	if err := os.RemoveAll(marker); err != nil {
		return err
	}
	if err := awaitAdministrator(ctx, d.Databases); err != nil {
		return fmt.Errorf("wait for the administrator: %w", err)
	}
	for name := range d.Databases {
		if err := pause(ctx, d.Control, name); err != nil {
			return err
		}
	}
	began := time.Now()
	if err := Fill(ctx, d.Databases, users, say); err != nil {
		return err
	}
	say("made %d users in %.0f s", users, time.Since(began).Seconds())
	return os.WriteFile(marker, []byte(strconv.Itoa(users)+"\n"), 0o600)
}

// known reports that a service knows the first administrator and has nothing left to publish.
var known = map[string]string{
	"identity":  "SELECT EXISTS (SELECT FROM accounts WHERE registration IS NULL) AND NOT EXISTS (SELECT FROM outbox)",
	"directory": "SELECT EXISTS (SELECT FROM users) AND NOT EXISTS (SELECT FROM outbox)",
	"billing":   "SELECT EXISTS (SELECT FROM billing_users) AND NOT EXISTS (SELECT FROM outbox)",
	"gateway":   "SELECT EXISTS (SELECT FROM user_overview WHERE user_version > 0 AND account_user_version >= user_access_version)",
}

// awaitAdministrator waits until all services have followed each other's records of the administrator.
func awaitAdministrator(ctx context.Context, databases map[string]string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for name, url := range databases {
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		for settled := false; !settled; {
			if err := conn.QueryRow(ctx, known[name]).Scan(&settled); err != nil {
				return err
			}
			if settled {
				break
			}
			select {
			case <-time.After(50 * time.Millisecond):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// pause stops a service and keeps it stopped.
func pause(ctx context.Context, control, service string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, control+"/services/"+service+"/pause", bytes.NewReader(nil))
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("stop %s: %s", service, response.Status)
	}
	return nil
}
