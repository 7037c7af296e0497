package app

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/pgserver"
	"github.com/zhuwang/zhuwang/internal/store"
)

type upgradeCmd struct {
	Rebuild         bool `help:"版本相同也重建，如操作系统升级之后 · Build the database anew even where the version is the same, as after an upgrade of the operating system."`
	DespiteFindings bool `help:"数据有问题也升级 · Upgrade even if things are wrong in the data."`
}

// Run moves the embedded database into a new cluster of the newest installed PostgreSQL, by a backup and a restore that doctor proves. The old
// cluster is kept.
func (c upgradeCmd) Run(e *env) error {
	if url, err := e.databaseURL(); err != nil {
		return err
	} else if url != "" {
		return fault.New(fault.Usage, "upgrade-external", nil)
	}
	d := &diagnosis{env: e}
	log := e.logger(slog.LevelWarn)
	done, err := pgserver.Upgrade(e.ctx, pgserver.Options{DataDir: e.Data, Log: log}, c.Rebuild, func(ctx context.Context, from, to, scratch string) error {
		return c.move(e, d, from, to, filepath.Join(scratch, "data.zip"))
	})
	switch {
	case err != nil:
		return err
	case done.From == 0:
		e.say("数据目录里还没有数据库，无需升级。", "The data folder has no database yet: nothing to upgrade.")
	case done.Kept == "":
		e.say("数据库已是 PostgreSQL %d，这台机器上没有更新的，无需升级。", "The database is of PostgreSQL %d, and nothing newer is installed: nothing to upgrade.", done.From)
	default:
		d.sayEnd()
		e.say("数据库已从 PostgreSQL %d 搬到 %d。原来的保留在 %s：确认无误后可以删去；其中 postgresql.conf 里自己改过的设置，请搬到新的里。",
			"The database was moved from PostgreSQL %d to %d. The old one is kept in %s: remove it once you are content. Settings of your own in its postgresql.conf are to be carried over by hand.",
			done.From, done.To, done.Kept)
	}
	return nil
}

// move takes everything from one database to another by way of a file.
func (c upgradeCmd) move(e *env, d *diagnosis, from, to, path string) error {
	schema, err := store.SchemaState(e.ctx, from)
	if err != nil || schema.Have == 0 { // a cluster whose first start was killed holds nothing
		return err
	}
	if schema.Have > schema.Want {
		return schema.Err()
	}
	if others, err := store.Others(e.ctx, from); err != nil {
		return err
	} else if len(others) > 0 {
		e.say("这些不是筑网的，不会搬过去，留在原来的数据库里：%v", "These are not Zhuwang's and stay behind in the old database: %v", others)
	}
	f, err := partOf(path)
	if err != nil {
		return err
	}
	defer f.drop()
	e.say("从旧数据库读出：", "Reading the old database:")
	if _, err := store.Backup(e.ctx, from, &spoken{file: f, env: e}, e.version, e.sayPart); err != nil {
		if f.err != nil {
			return f.err
		}
		return err
	}
	backup, err := reopened(f)
	if err != nil {
		return err
	}
	e.say("写入新数据库：", "Filling the new database:")
	_, err = store.Restore(e.ctx, to, backup, store.RestoreOptions{Log: e.logger(slog.LevelWarn), Done: e.sayPart, Prove: func(r grid.Records) error {
		return d.prove(r, !c.DespiteFindings, "upgrade-unproven")
	}})
	return err
}

// reopened proves a backup that was just written.
func reopened(f *part) (*store.BackupFile, error) {
	info, err := os.Stat(f.File.Name())
	if err != nil {
		return nil, err
	}
	return store.OpenBackup(f.File, info.Size(), func(int64) {})
}
