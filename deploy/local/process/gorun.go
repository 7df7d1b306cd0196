package process

import (
	"context"
	"os"
	"strings"
	"time"
)

// goRunInterval is how often the parent is checked.
const goRunInterval = 200 * time.Millisecond

// GoRunGone returns a channel that is closed when the `go run` that started this program has ended. `go run` does not
// forward SIGTERM, so its program would otherwise keep running unnoticed. If the program was started in another way,
// the channel stays open.
func GoRunGone(ctx context.Context) <-chan struct{} {
	gone := make(chan struct{})
	parent := os.Getppid()
	if !strings.Contains(Command(parent), "go run ") {
		return gone
	}
	go func() {
		tick := time.NewTicker(goRunInterval)
		defer tick.Stop()
		for os.Getppid() == parent {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
		close(gone)
	}()
	return gone
}
