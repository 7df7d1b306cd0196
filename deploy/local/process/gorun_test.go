package process_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestAProgramNoticesThatItsGoRunIsGone(t *testing.T) {
	fake := filepath.Join(t.TempDir(), "go")
	if err := os.WriteFile(fake, []byte("#!/bin/sh\n\"$2\" &\nwait\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	goRun := exec.Command(fake, "run", os.Args[0])
	goRun.Env = append(os.Environ(), goRunVariable+"=1")
	out, err := goRun.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := goRun.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); err != nil || strings.TrimSpace(line) != "watching" {
		t.Fatalf("%q, %v", line, err)
	}
	if err := goRun.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if line, err := lines.ReadString('\n'); err != nil || strings.TrimSpace(line) != "gone" {
		t.Errorf("%q, %v", line, err)
	}
	_ = goRun.Wait()
}
