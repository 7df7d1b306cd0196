//go:build faults

package e2e_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

const (
	smallDisk = 1 << 30                // bytes: room for the data of all faults before
	refill    = 100 * time.Millisecond // how often what was freed on a full disk is taken again
)

// fullDisk moves the data of a part to a small disk, fills that for a while, and moves the data back. The part is restarted
// for both moves. It needs root, because it mounts a file as a disk.
func fullDisk(t *testing.T, part, directory string) {
	t.Helper()
	data, err := filepath.EvalSymlinks(filepath.Join(filepath.Dir(muster.Logs), directory))
	if err != nil {
		t.Fatal(err)
	}
	image, aside := data+".image", data+".aside"
	post(t, muster.Control+"/services/"+part+"/pause", nil)
	system(t, "truncate", "--size", fmt.Sprint(smallDisk), image)
	system(t, "mkfs.ext4", "-q", "-m", "0", image)
	system(t, "mv", data, aside)
	system(t, "mkdir", data)
	system(t, "mount", "-o", "loop", image, data)
	t.Cleanup(func() { // a failed test leaves no mount behind; the directory of the stack is then deleted
		if exec.Command("mountpoint", "-q", data).Run() == nil {
			_ = exec.Command("umount", "--lazy", data).Run()
		}
	})
	system(t, "rmdir", filepath.Join(data, "lost+found"))
	system(t, "cp", "--archive", aside+"/.", data)
	resume(t, part)

	ballast := filepath.Join(data, "ballast")
	for end := time.Now().Add(outageTime); time.Now().Before(end); {
		fill(t, ballast)
		<-time.After(refill)
	}
	t.Logf("the disk was full:\n%s", system(t, "df", data))
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	resume(t, part) // it may have ended, and is then being started

	post(t, muster.Control+"/services/"+part+"/pause", nil)
	system(t, "rm", "-r", aside)
	system(t, "cp", "--archive", data+"/.", aside)
	system(t, "umount", data)
	system(t, "rmdir", data)
	system(t, "mv", aside, data)
	system(t, "rm", image)
	resume(t, part)
}

// fill writes to a file until its disk is full.
func fill(t *testing.T, name string) {
	t.Helper()
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil && !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err != nil {
		return
	}
	defer file.Close()
	for size := 1 << 20; size >= 1<<10; {
		_, err := file.Write(bytes.Repeat([]byte{1}, size))
		switch {
		case errors.Is(err, syscall.ENOSPC):
			size /= 2
		case err != nil:
			t.Fatal(err)
		}
	}
	if err := file.Sync(); err != nil && !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
}

// system runs a program of the system and returns what it prints.
func system(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}
