package process

import (
	"os/exec"
	"syscall"
)

// attributes puts the child into its own process group and ties its life to that of the starting thread.
func attributes(cmd *exec.Cmd, onParentDeath syscall.Signal) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.SysProcAttr.Pdeathsig = onParentDeath
}
