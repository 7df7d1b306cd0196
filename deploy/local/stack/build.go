package stack

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// services are Muster's programs, in the order in which they are stopped: first the one that lets people in.
var services = []string{"gateway", "billing", "directory", "identity"}

// build builds the services from the repository into a directory.
func build(ctx context.Context, settings Settings, into string, console *Console) error {
	began := time.Now()
	console.Say("building the services (the first time takes a minute or two)")
	args := append([]string{"build"}, strings.Fields(settings.BuildFlags)...)
	args = append(args, "-o", into+string(filepath.Separator))
	for _, name := range services {
		args = append(args, "./services/"+name+"/cmd/"+name)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = settings.Root
	output, err := cmd.CombinedOutput()
	switch {
	case err == nil:
		console.Say("built the services in %.1f s", time.Since(began).Seconds())
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return errors.New("there is no go on the PATH: install Go 1.26 or newer (https://go.dev/dl)")
	case strings.Contains(string(output), "no space left on device"):
		return errors.New("the disk is full and the services cannot be built: free some space and start again")
	default:
		return fmt.Errorf("the services do not build (%w): mend what the compiler complains about and start again\n%s", err, strings.TrimSpace(string(output)))
	}
}
