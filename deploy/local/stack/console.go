package stack

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
)

// Console prints messages for the user. It is safe for concurrent use.
type Console struct {
	mu       sync.Mutex
	out      io.Writer
	terminal bool
	open     int // length of the progress line that is being rewritten
}

// NewConsole writes to out; on a terminal it rewrites progress lines in place.
func NewConsole(out io.Writer) *Console {
	c := &Console{out: out}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		c.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return c
}

// Say prints a line.
func (c *Console) Say(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open > 0 {
		fmt.Fprintln(c.out)
		c.open = 0
	}
	fmt.Fprintf(c.out, format+"\n", args...)
}

// Progress prints how far something is. If the output is not a terminal, it prints only every tenth step and the last.
func (c *Console) Progress(what string, done, of int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	line := fmt.Sprintf("%s %d/%d", what, done, of)
	if !c.terminal {
		if done%10 == 0 || done == of {
			fmt.Fprintln(c.out, line)
		}
		return
	}
	fmt.Fprintf(c.out, "\r%s%s", line, strings.Repeat(" ", max(0, c.open-len(line))))
	c.open = len(line)
	if done == of {
		fmt.Fprintln(c.out)
		c.open = 0
	}
}
