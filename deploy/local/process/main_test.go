package process_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"muster/deploy/local/process"
)

// parentVariable makes the test binary act as a parent that gets killed, and goRunVariable as a program under `go run`.
const (
	parentVariable = "MUSTER_PROCESS_TEST_PARENT"
	goRunVariable  = "MUSTER_PROCESS_TEST_GO_RUN"
)

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(parentVariable) != "":
		p, err := process.Start(exec.Command("sleep", "300"), syscall.SIGTERM)
		if err != nil {
			os.Exit(1)
		}
		fmt.Println(p.PID())
		_ = p.Wait()
	case os.Getenv(goRunVariable) != "":
		gone := process.GoRunGone(context.Background())
		fmt.Println("watching")
		select {
		case <-gone:
			fmt.Println("gone")
		case <-time.After(soon):
			fmt.Println("still there")
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}
