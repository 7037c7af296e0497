package pgserver

import (
	"context"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// account is the person of the operating system that PostgreSQL runs as. PostgreSQL refuses to run as root.
type account struct {
	name     string
	uid, gid int
	groups   []int
	other    bool // not the person that this process runs as
}

// accountFor picks the account of the cluster in folder: this process's own; for root, the owner of the folder, or the
// package's `postgres` where there is none yet.
func accountFor(folder string) (account, error) {
	var u *user.User
	var err error
	switch uid := os.Geteuid(); {
	case uid != 0:
		u, err = user.LookupId(strconv.Itoa(uid))
	default:
		if owner, ok := ownerOf(folder); ok && owner != 0 {
			u, err = user.LookupId(strconv.Itoa(owner))
		} else {
			u, err = user.Lookup("postgres")
		}
	}
	if err != nil {
		return account{}, &fault.Error{Kind: fault.Unavailable, Rule: "postgres-account", Cause: err}
	}
	a := account{name: u.Username}
	if a.uid, err = strconv.Atoi(u.Uid); err != nil {
		return account{}, err
	}
	if a.gid, err = strconv.Atoi(u.Gid); err != nil {
		return account{}, err
	}
	a.other = a.uid != os.Geteuid()
	if a.other {
		ids, err := u.GroupIds()
		if err != nil {
			return account{}, err
		}
		for _, id := range ids {
			if n, err := strconv.Atoi(id); err == nil {
				a.groups = append(a.groups, n)
			}
		}
	}
	return a, nil
}

func ownerOf(path string) (uid int, ok bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return int(st.Uid), ok
}

// give makes the account the owner of a file.
func (a account) give(path string) error {
	if !a.other {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// reaches reports whether the account may walk down to the folder.
func (a account) reaches(folder string) bool {
	if !a.other {
		return true
	}
	for dir := filepath.Dir(folder); ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil {
			return false
		}
		st := info.Sys().(*syscall.Stat_t)
		bit := fs.FileMode(0o001)
		switch {
		case int(st.Uid) == a.uid:
			bit = 0o100
		case slices.Contains(a.groups, int(st.Gid)):
			bit = 0o010
		}
		if info.Mode().Perm()&bit == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

// command prepares a program of PostgreSQL to run as the account; "{}" among args stands for the cluster folder.
// Files are inherited from descriptor 3 on. A folder that lies below one closed to the account (root's home, a private
// temporary folder) is handed over open, as one more inherited descriptor: nobody's permissions have to change.
// The caller runs the command and then calls done.
func (a account) command(ctx context.Context, program, folder string, files []*os.File, args ...string) (cmd *exec.Cmd, done func(), err error) {
	done = func() {}
	if !a.reaches(folder) {
		handle, err := os.Open(folder)
		if err != nil {
			return nil, nil, err
		}
		done = func() { handle.Close() }
		files = append(slices.Clip(files), handle)
		folder = "/proc/self/fd/" + strconv.Itoa(2+len(files))
	}
	args = slices.Clone(args)
	if i := slices.Index(args, "{}"); i >= 0 {
		args[i] = folder
	}
	cmd = exec.CommandContext(ctx, program, args...)
	cmd.ExtraFiles = files
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"} // nothing of PGDATA, PGPORT and their kin
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}                 // Ctrl-C is for us, who then stop PostgreSQL in order
	if a.other {
		cred := &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
		for _, g := range a.groups {
			cred.Groups = append(cred.Groups, uint32(g))
		}
		cmd.SysProcAttr.Credential = cred
	}
	return cmd, done, nil
}
