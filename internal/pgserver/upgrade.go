package pgserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Upgraded is what an upgrade did. From equals To where nothing had to be done, or where the cluster was only rebuilt.
type Upgraded struct {
	From, To int    // major versions
	Kept     string // folder of the old cluster; "" if nothing was done
}

// Newer are the major version of the cluster and the newest that is installed.
func (c *Cluster) Newer() (have, newer int) {
	have, err := version(c.folder)
	if err != nil {
		return 0, 0
	}
	return have, newest(installations()).major
}

// Folders of an upgrade in the data folder. The new cluster is made in the first; complete and stopped it becomes the second, and
// then takes the place of pg, which is kept under another name.
const (
	upgradeFolder = "upgrade"
	readyFolder   = "pg.ready"
)

// Upgrade moves the database of a data folder into a new cluster of the newest installed PostgreSQL; with rebuild also where the version is
// the same. move is given the addresses of both and an empty folder for its files; its error leaves the old cluster in force. Nobody else may
// use the cluster meanwhile. Whatever ends an upgrade, the old cluster or the whole new one is in force at the next start.
func Upgrade(ctx context.Context, o Options, rebuild bool, move func(ctx context.Context, from, to, scratch string) error) (Upgraded, error) {
	o.Log = cmp.Or(o.Log, slog.Default())
	dir, err := dataFolder(o.DataDir)
	if err != nil {
		return Upgraded{}, explain(o.DataDir, err)
	}
	old := &Cluster{options: o, dir: dir, folder: filepath.Join(dir, "pg")}
	done, err := old.upgrade(ctx, rebuild, move)
	return done, explain(dir, err)
}

func (c *Cluster) upgrade(ctx context.Context, rebuild bool, move func(ctx context.Context, from, to, scratch string) error) (done Upgraded, err error) {
	if c.server, err = hold(c.path("server.lock")); err != nil {
		return done, err
	}
	defer c.server.release()
	wait, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	turn, err := waitLock(wait, c.path("pg.lock"), syscall.LOCK_EX) // whoever comes now waits until the upgrade has ended
	if err != nil {
		return done, cmp.Or(ctx.Err(), err)
	}
	defer turn.release()
	if c.users, err = tryLock(c.path("pg.users"), syscall.LOCK_EX); errors.Is(err, errHeld) {
		return done, fault.New(fault.Conflict, "postgres-in-use", fault.Args{"folder": c.dir})
	} else if err != nil {
		return done, err
	}
	defer c.users.release()

	major, err := version(c.folder)
	if err != nil {
		return done, err
	}
	from, to, err := chooseUpgrade(installations(), major, rebuild)
	if done = (Upgraded{From: major, To: major}); err != nil || to.major == 0 {
		return done, err
	}
	if err := c.settleUpgrade(ctx); err != nil {
		return done, err
	}
	if c.account, err = accountFor(c.folder); err != nil {
		return done, err
	}
	c.bin = from.bin
	next := c.next(to)
	if err := os.Mkdir(next.dir, 0o755); err != nil {
		return done, err
	}
	err = c.moveTo(ctx, next, move)
	if err == nil {
		done.To, done.Kept = to.major, c.path(fmt.Sprintf("pg.%d-%s", major, time.Now().Format("20060102-150405")))
		err = c.giveWay(next, done.Kept)
	}
	return done, errors.Join(err, os.RemoveAll(next.dir))
}

// next is the cluster that an upgrade makes. It runs under the same account.
func (c *Cluster) next(to installation) *Cluster {
	dir := c.path(upgradeFolder)
	return &Cluster{options: Options{Log: c.options.Log}, dir: dir, folder: filepath.Join(dir, "pg"), account: c.account, bin: to.bin}
}

// moveTo runs both clusters, has everything moved from one to the other, and stops them.
func (c *Cluster) moveTo(ctx context.Context, next *Cluster, move func(ctx context.Context, from, to, scratch string) error) (err error) {
	p, runs := running(c.folder) // its starter was killed
	if !runs {
		if p, err = c.launch(ctx); err != nil {
			return err
		}
	}
	c.socket = p.socket
	defer func() { err = errors.Join(err, c.end(ctx)) }()
	if err := next.checkFree(true); err != nil {
		return err
	}
	c.options.Log.Info("making a new database cluster", "programs", next.bin)
	if err := next.initialise(ctx); err != nil {
		return err
	}
	if p, err = next.launch(ctx); err != nil {
		return err
	}
	next.socket = p.socket
	defer func() { err = errors.Join(err, next.end(ctx)) }()
	return move(ctx, c.URL(), next.URL(), next.dir)
}

// end stops the cluster in order, however ctx ended.
func (c *Cluster) end(ctx context.Context) error {
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	return c.shut(limit)
}

// giveWay puts the new cluster in force, in steps of which each leaves something whole: settleUpgrade finishes what was begun.
func (c *Cluster) giveWay(next *Cluster, kept string) error {
	for _, step := range [][2]string{{next.folder, c.path(readyFolder)}, {c.folder, kept}, {c.path(readyFolder), c.folder}} {
		if err := os.Rename(step[0], step[1]); err != nil {
			return err
		}
		if err := syncFolder(c.dir); err != nil {
			return err
		}
	}
	return nil
}

// settleUpgrade brings what a killed upgrade left to one end: the new cluster is in force if the old one had given way, else it never was.
// The caller holds pg.lock, so no upgrade is under way.
func (c *Cluster) settleUpgrade(ctx context.Context) error {
	_, err := os.Lstat(c.folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.Rename(c.path(readyFolder), c.folder); err == nil {
			return syncFolder(c.dir)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	case err == nil:
		if err := os.RemoveAll(c.path(readyFolder)); err != nil {
			return err
		}
	}
	next := c.next(installation{})
	if _, err := os.Lstat(next.dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if p, ok := readPostmaster(next.folder); ok {
		next.socket = p.socket
	}
	if err := next.end(ctx); err != nil { // PostgreSQL outlived the upgrade that started it
		return err
	}
	return os.RemoveAll(next.dir)
}
