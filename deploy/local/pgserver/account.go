package pgserver

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the operating system user that runs the server; nil means the current user.
type account struct {
	name     string
	uid, gid uint32
}

// serverAccount chooses the account. PostgreSQL refuses to run as root, so root runs it as postgres or else as nobody.
func serverAccount() (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.ParseUint(found.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(found.Gid, 10, 32)
		if errUID == nil && errGID == nil {
			return &account{name: name, uid: uint32(uid), gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and this machine has neither a user postgres nor a user nobody to run it as: run Muster as an ordinary user")
}

// credential returns the credential with which a child runs as the account.
func (a *account) credential() *syscall.Credential {
	if a == nil {
		return nil
	}
	return &syscall.Credential{Uid: a.uid, Gid: a.gid}
}

// own makes the account the owner of the directory and everything in it.
func (a *account) own(dir string) error {
	if a == nil {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(a.uid), int(a.gid))
	})
}

// takeOver makes the account the owner of data that another user's run created. PostgreSQL insists on owning its data.
func (a *account) takeOver(dir string) error {
	info, err := os.Stat(dir)
	if err != nil || a == nil || info.Sys().(*syscall.Stat_t).Uid == a.uid {
		return err
	}
	return a.own(dir)
}

// Private creates a directory if necessary. It denies access to everybody except this user and the account that runs
// PostgreSQL, which may only traverse it.
func Private(dir string) error {
	account, err := serverAccount()
	if err != nil {
		return err
	}
	if err := account.mkdir(dir); err != nil {
		return explainDisk(err, dir)
	}
	return explainWrite(account.private(dir), dir)
}

// mkdir creates a directory and its missing parents, each of them private.
func (a *account) mkdir(dir string) error {
	if exists(dir) {
		return nil
	}
	if err := a.mkdir(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !os.IsExist(err) {
		return err
	}
	return a.private(dir)
}

// private denies access to a directory of this user to everybody except the account.
func (a *account) private(dir string) error {
	if a == nil {
		return os.Chmod(dir, 0o700)
	}
	return errors.Join(os.Chown(dir, -1, int(a.gid)), os.Chmod(dir, 0o710))
}

// reachable creates dir. If the account cannot enter one of its parents, it creates a directory under /var/tmp instead,
// whose name is derived from dir's path. It returns the created directory.
func reachable(dir string, account *account) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if account != nil && !account.enters(dir) {
		return elsewhere(dir, account)
	}
	return dir, explainWrite(account.mkdir(dir), dir)
}

// enters reports whether the account may traverse dir and its parents. Missing directories are ignored, because this
// program creates them accessible.
func (a *account) enters(dir string) bool {
	for {
		info, err := os.Stat(dir)
		if err == nil && !a.passes(info) {
			return false
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return true
		}
		dir = parent
	}
}

func (a *account) passes(info os.FileInfo) bool {
	stat := info.Sys().(*syscall.Stat_t)
	mode := info.Mode().Perm()
	switch {
	case stat.Uid == a.uid:
		return mode&0o100 != 0
	case stat.Gid == a.gid:
		return mode&0o010 != 0
	default:
		return mode&0o001 != 0
	}
}
