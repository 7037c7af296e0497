package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Options of a cluster.
type Options struct {
	DataDir  string            // Zhuwang's data folder, made if it is missing; the cluster lies in its folder pg
	Server   bool              // hold the folder against other servers, and start PostgreSQL again whenever it dies
	Settings map[string]string // settings of postgresql.conf for a start by this process, over those of the file
	MinFree  uint64            // bytes that must be free on the disk before PostgreSQL is started; 0: enough for its log
	Log      *slog.Logger      // nil: slog.Default()
}

// Cluster is one process's use of the cluster.
type Cluster struct {
	options Options
	dir     string // the data folder, absolute, without symbolic links
	folder  string // dir/pg
	account account
	bin     string // folder of the programs
	socket  string // folder of the socket; the same over restarts

	server *lock // held by the one server
	users  *lock // held by everybody who uses the cluster
	quit   context.CancelFunc
	watch  sync.WaitGroup
}

// errElsewhere says that processes of PostgreSQL live that this process cannot see.
var errElsewhere = errors.New("PostgreSQL runs on this folder where it cannot be seen from here, as in another container")

// errNoFolder says that the data folder cannot be made.
var errNoFolder = errors.New("no such folder can be made")

// Start makes the cluster if there is none, starts PostgreSQL if it does not run, and joins its users. It returns once the
// cluster takes connections. ctx bounds the start alone. Errors are faults that say what to do.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	dir, err := dataFolder(o.DataDir)
	if err != nil {
		return nil, explain(o.DataDir, err)
	}
	c := &Cluster{options: o, dir: dir, folder: filepath.Join(dir, "pg")}
	if o.Server {
		if c.server, err = hold(c.path("server.lock")); err != nil {
			return nil, explain(dir, err)
		}
	}
	p, err := c.join(ctx)
	if err != nil {
		c.users.release()
		c.server.release()
		return nil, explain(dir, err)
	}
	c.socket = p.socket
	ctx, c.quit = context.WithCancel(context.WithoutCancel(ctx))
	if o.Server {
		c.watch.Go(func() { c.keep(ctx) })
	}
	return c, nil
}

// URL is the address of Zhuwang's database in the cluster; it stays the same over restarts of PostgreSQL.
func (c *Cluster) URL() string {
	return "postgres://" + Superuser + "@/" + Database + "?host=" + url.QueryEscape(c.socket)
}

// Stop leaves the cluster; the last of its users stops PostgreSQL. When ctx ends before PostgreSQL did so in order, it is stopped at once,
// with a recovery at its next start. Stop must be called once.
func (c *Cluster) Stop(ctx context.Context) error {
	c.quit()
	c.watch.Wait()
	defer c.server.release()
	defer c.users.release()
	// Everybody who comes or goes meanwhile waits for this lock, so it is held for moments, or for a start or stop: worth waiting for even
	// when ctx has ended, but not for ever.
	wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	turn, err := waitLock(wait, c.path("pg.lock"), syscall.LOCK_EX)
	if err != nil {
		return explain(c.dir, err)
	}
	defer turn.release()
	switch err := c.users.turn(syscall.LOCK_EX); {
	case errors.Is(err, errHeld):
		return nil // others still use it
	case err != nil:
		return explain(c.dir, err)
	}
	return explain(c.dir, c.shut(ctx))
}

// join makes sure that PostgreSQL runs and becomes one of its users.
func (c *Cluster) join(ctx context.Context) (postmaster, error) {
	turn, err := waitLock(ctx, c.path("pg.lock"), syscall.LOCK_EX)
	if err != nil {
		return postmaster{}, err
	}
	defer turn.release()
	if c.users == nil {
		if c.users, err = waitLock(ctx, c.path("pg.users"), syscall.LOCK_SH); err != nil {
			return postmaster{}, err
		}
	}
	return c.ensure(ctx)
}

// ensure finds, or else makes and starts, the cluster. The caller holds pg.lock.
func (c *Cluster) ensure(ctx context.Context) (postmaster, error) {
	if err := c.settleUpgrade(ctx); err != nil {
		return postmaster{}, err
	}
	if _, ok := running(c.folder); ok {
		if p, err := waitReady(ctx, c.folder, nil); !errors.Is(err, errEnded) {
			return p, err
		}
	}
	major, err := version(c.folder)
	if err != nil {
		return postmaster{}, err
	}
	list := installations()
	inst, err := choose(list, major)
	if err != nil {
		return postmaster{}, err
	}
	c.bin = inst.bin
	if newest := newest(list); newest.major > inst.major {
		f := fault.New(fault.Unavailable, "postgres-newer", fault.Args{"newest": newest.major, "have": inst.major})
		c.options.Log.Warn(f.Sentence(fault.Chinese) + " " + f.Sentence(fault.English))
	}
	if c.account, err = accountFor(c.folder); err != nil {
		return postmaster{}, err
	}
	if err := c.checkFree(major == 0); err != nil {
		return postmaster{}, err
	}
	if major == 0 {
		c.options.Log.Info("making a new database cluster", "postgresql", inst.major)
		if err := c.initialise(ctx); err != nil {
			return postmaster{}, err
		}
	}
	return c.launch(ctx)
}

// keep starts PostgreSQL again whenever it is found dead.
func (c *Cluster) keep(ctx context.Context) {
	const look, most = 200 * time.Millisecond, 10 * time.Second
	for wait := look; pause(ctx, wait) == nil; {
		if _, ok := running(c.folder); ok {
			wait = look
			continue
		}
		_, err := c.join(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			wait = min(2*wait, most)
			c.options.Log.Error("PostgreSQL died and cannot be started again; trying on", "error", explain(c.dir, err))
		default:
			wait = look
			c.options.Log.Warn("PostgreSQL died and was started again")
		}
	}
}

// path is a file of the data folder.
func (c *Cluster) path(name string) string { return filepath.Join(c.dir, name) }

// Free bytes that a start asks for: PostgreSQL writes its log in files of 16 MB, and a new cluster takes 40 MB with its log.
const (
	freeToStart = 16 << 20
	freeToMake  = 128 << 20
)

func (c *Cluster) checkFree(make bool) error {
	least := c.options.MinFree
	if least == 0 {
		least = freeToStart
		if make {
			least = freeToMake
		}
	}
	free, err := c.Free()
	if err != nil {
		return err
	}
	if free < least {
		return fault.New(fault.Unavailable, "disk-full", fault.Args{"folder": c.dir, "free": free >> 20, "least": least >> 20})
	}
	return nil
}

// Free is how many bytes the data folder's disk has left for us.
func (c *Cluster) Free() (uint64, error) {
	var st syscall.Statfs_t
	err := syscall.Statfs(c.dir, &st)
	return uint64(st.Bavail) * uint64(st.Bsize), err
}

// dataFolder makes the data folder and gives its one true path.
func dataFolder(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("%w: %w", errNoFolder, err)
	}
	return filepath.EvalSymlinks(dir)
}

// hold takes the server's lock and writes who holds it.
func hold(path string) (*lock, error) {
	l, err := tryLock(path, syscall.LOCK_EX)
	if errors.Is(err, errHeld) {
		who, _ := os.ReadFile(path)
		pid, since, _ := strings.Cut(strings.TrimSpace(string(who)), " ")
		return nil, fault.New(fault.Conflict, "server-runs", fault.Args{"pid": pid, "since": since})
	}
	if err != nil {
		return nil, err
	}
	l.f.Truncate(0) // what it says is for people; on a full disk it stays empty
	fmt.Fprintf(l.f, "%d %s\n", os.Getpid(), time.Now().Format(time.RFC3339))
	return l, nil
}

// explain turns an error of a start or stop into a fault that says what to do.
func explain(dir string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	rule := "postgres-start"
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), strings.Contains(err.Error(), "No space left on device"):
		return &fault.Error{Kind: fault.Unavailable, Rule: "disk-full", Args: fault.Args{"folder": dir, "free": 0, "least": freeToStart >> 20}, Cause: err}
	case errors.Is(err, fs.ErrPermission):
		rule = "data-folder-denied"
	case errors.Is(err, errNoFolder):
		rule = "data-folder-none"
	case errors.Is(err, errElsewhere):
		rule = "postgres-elsewhere"
	}
	return &fault.Error{Kind: fault.Unavailable, Rule: rule, Args: fault.Args{"folder": dir}, Cause: err}
}
