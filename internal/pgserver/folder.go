package pgserver

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Database is the name of Zhuwang's database in an embedded cluster; Superuser is the role that owns it.
const (
	Database  = "zhuwang"
	Superuser = "postgres"
)

// settings go into postgresql.conf when a cluster is made; the administrator may change them afterwards. Where a cluster
// listens is given at each start instead.
const settings = `
# Zhuwang
cluster_name = 'zhuwang'
listen_addresses = ''
unix_socket_permissions = 0700
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
logging_collector = on                # one file a weekday, overwritten a week later
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
`

// initialise makes a new cluster. It is built beside its place and moved there when it is complete and on disk, so that
// whatever happens meanwhile, there is either no cluster or a whole one.
func (c *Cluster) initialise(ctx context.Context) error {
	half := c.path("pg.new")
	if err := os.RemoveAll(half); err != nil {
		return err
	}
	if err := os.Mkdir(half, 0o700); err != nil {
		return err
	}
	if err := c.account.give(half); err != nil {
		return err
	}
	err := c.tool(ctx, "initdb", half, "", "-D", "{}", "--username="+Superuser, "--encoding=UTF8", "--locale=C.UTF-8", "--lc-collate=C",
		"--auth-local=peer", "--auth-host=reject", "--data-checksums", "--no-instructions")
	if err == nil {
		err = appendFile(filepath.Join(half, "postgresql.conf"), settings)
	}
	if err == nil {
		err = c.tool(ctx, "postgres", half, "CREATE DATABASE "+Database+";\n", "--single", "-D", "{}", Superuser)
	}
	if err == nil {
		err = os.Rename(half, c.folder)
	}
	if err == nil {
		err = syncFolder(c.dir)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(half))
	}
	return nil
}

// tool runs a program of PostgreSQL on a cluster to its end. Its words are part of the error.
func (c *Cluster) tool(ctx context.Context, program, folder, input string, args ...string) error {
	cmd, done, err := c.account.command(ctx, filepath.Join(c.bin, program), folder, nil, args...)
	if err != nil {
		return err
	}
	defer done()
	var words bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &words, &words
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // its children too
	cmd.WaitDelay = 10 * time.Second
	err = cmd.Run()
	if err == nil && (strings.Contains(words.String(), "ERROR:") || strings.Contains(words.String(), "FATAL:")) {
		err = errors.New("failed") // a single-user backend ends with 0 whatever a statement did
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %s", program, errors.Join(ctx.Err(), err), lastLines(words.String(), 5))
	}
	return nil
}

// writeAccess lets root and the account in through the socket, as the superuser, by what the kernel says of them.
func writeAccess(a account, folder string) error {
	files := map[string]string{
		"pg_hba.conf":   "# Written at each start.\nlocal all all peer map=zhuwang\n",
		"pg_ident.conf": fmt.Sprintf("# Written at each start.\nzhuwang root %s\nzhuwang %q %s\n", Superuser, a.name, Superuser),
	}
	for name, text := range files {
		path := filepath.Join(folder, name)
		if old, err := os.ReadFile(path); err == nil && string(old) == text {
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil { // it is there, so its owner stays
			return err
		}
	}
	return nil
}

// socketFolder makes the folder of the cluster's socket: a short path (the name of a socket has at most 107 bytes), the same for each process,
// that nobody but root and the account can enter. Nobody may use it at the moment.
func socketFolder(a account, dir string) (string, error) {
	parent, mode := "/run/zhuwang", fs.FileMode(0o755)
	if os.Geteuid() != 0 {
		parent, mode = "/tmp/zhuwang-"+strconv.Itoa(a.uid), 0o700
	}
	if err := ownFolder(parent, mode, os.Geteuid()); err != nil {
		return "", err
	}
	id := sha256.Sum256([]byte(dir))
	folder := filepath.Join(parent, hex.EncodeToString(id[:6]))
	if err := os.RemoveAll(folder); err != nil { // a killed PostgreSQL leaves its socket and a pid file
		return "", err
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		return "", err
	}
	return folder, a.give(folder)
}

// ownFolder makes a folder, or makes sure that the one there is no trap: a folder of uid that nobody else may write to.
func ownFolder(path string, mode fs.FileMode, uid int) error {
	if err := os.Mkdir(path, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	st := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || int(st.Uid) != uid || info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("%s belongs to somebody else or is open to others", path)
	}
	return nil
}

// version is the major version that a cluster was made with, 0 where there is no cluster.
func version(folder string) (int, error) {
	text, err := os.ReadFile(filepath.Join(folder, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(string(text)))
}

func appendFile(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
