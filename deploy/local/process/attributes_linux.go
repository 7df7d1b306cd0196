package process

import (
	"os/exec"
	"syscall"
)

// attributes puts the child into a group of its own and ties its life to the starting thread's.
func attributes(cmd *exec.Cmd, onParentDeath syscall.Signal) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.SysProcAttr.Pdeathsig = onParentDeath
}
