//go:build !linux

package process

import (
	"os/exec"
	"syscall"
)

// attributes puts the child into its own process group. Only Linux can tie a child's life to its parent's.
func attributes(cmd *exec.Cmd, _ syscall.Signal) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
}
