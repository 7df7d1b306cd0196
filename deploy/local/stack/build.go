package stack

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// progressInterval is how often a long build reports its progress.
const progressInterval = 3 * time.Second

// compilerOutput parses the output of go build -v: a line with the path of each compiled package, and diagnostics.
type compilerOutput struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write implements [io.Writer].
func (c *compilerOutput) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.Write(p)
}

// split separates the compiled packages from the diagnostics, which contain spaces.
func (c *compilerOutput) split() (packages int, complaints string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for line := range strings.Lines(c.text.String()) {
		if strings.ContainsAny(strings.TrimSpace(line), " \t") {
			complaints += line
		} else {
			packages++
		}
	}
	return packages, complaints
}

// tell regularly reports how many packages have been compiled, until done is closed.
func (c *compilerOutput) tell(done <-chan struct{}, began time.Time, console *Console) {
	tick := time.NewTicker(progressInterval)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			packages, _ := c.split()
			console.Say("still building: %d packages compiled in %.0f s", packages, time.Since(began).Seconds())
		}
	}
}

// services are Muster's programs, in the order in which they are stopped: the one that admits clients first.
var services = []string{"gateway", "billing", "directory", "identity"}

// build builds the services from the repository into a directory.
func build(ctx context.Context, settings Settings, into string, console *Console) error {
	began := time.Now()
	console.Say("building the services (the first time takes a minute or two)")
	args := append([]string{"build", "-v"}, strings.Fields(settings.BuildFlags)...)
	args = append(args, "-o", into+string(filepath.Separator))
	for _, name := range services {
		args = append(args, "./services/"+name+"/cmd/"+name)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = settings.Root
	var compiler compilerOutput
	cmd.Stdout, cmd.Stderr = &compiler, &compiler
	done := make(chan struct{})
	var telling sync.WaitGroup
	telling.Go(func() { compiler.tell(done, began, console) })
	err := cmd.Run()
	close(done)
	telling.Wait()
	_, output := compiler.split()
	switch {
	case err == nil:
		console.Say("built the services in %.1f s", time.Since(began).Seconds())
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return errors.New("go is not on the PATH: install Go 1.26 or newer (https://go.dev/dl)")
	case strings.Contains(output, "no space left on device"):
		return errors.New("the disk is full and the services cannot be built: free some space and start again")
	default:
		return fmt.Errorf("the services do not build (%w): fix the compiler's errors and start again\n%s", err, strings.TrimSpace(output))
	}
}
