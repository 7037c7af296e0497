package app

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/store"
)

type restoreCmd struct {
	File            string `arg:"" help:"备份文件 · Backup."`
	DryRun          bool   `help:"只验证备份文件，不连数据库 · Prove the file alone; no database is touched."`
	Replace         bool   `help:"取代数据库中已有的数据，原数据移到模式 zhuwang_before 保留 · Take the place of data that is there, which is kept in the schema zhuwang_before."`
	DespiteFindings bool   `help:"备份里有问题也恢复 · Restore even if things are wrong in the backup."`
	JSON            bool   `name:"json" help:"以 JSON 输出检查结果 · Print the result of the examination as JSON."`
}

// Run proves the file, fills the database beside what it holds, has doctor look at it, and puts it in force: all of it or nothing.
func (c restoreCmd) Run(e *env) error {
	f, err := os.OpenFile(c.File, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe would wait for its other end, deaf to every signal
	if err != nil {
		return unreadable(c.File, err)
	}
	defer f.Close()
	backup, err := c.prove(e, f)
	if err != nil || c.DryRun {
		return err
	}
	db, err := e.connect(true, e.logger(slog.LevelWarn)) // holds the data folder against servers
	if err != nil {
		return err
	}
	defer db.close()
	return c.restore(e, db, backup)
}

// prove reads the whole file before anything of it is used.
func (c restoreCmd) prove(e *env, f *os.File) (*store.BackupFile, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, unreadable(c.File, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fault.New(fault.Invalid, "not-a-backup", nil).In(fault.Place{File: filepath.Base(c.File)})
	}
	due := time.Now().Add(progressTime)
	backup, err := store.OpenBackup(f, info.Size(), func(n int64) {
		if time.Now().After(due) {
			due = time.Now().Add(progressTime)
			e.say("  已验证 %d / %d MB", "  proven: %d of %d MB", n>>20, info.Size()>>20)
		}
	})
	if err != nil {
		return nil, fault.From(err).In(fault.Place{File: filepath.Base(c.File)})
	}
	m := &backup.Manifest
	e.say("备份完好：%s 的状态，程序 %s，PostgreSQL %s，表结构 %d，%d 行。", "The backup is whole: the state of %s, program %s, PostgreSQL %s, schema %d, rows: %d.",
		m.MadeAt.In(zone()).Format(time.DateTime), m.Program, m.PostgreSQL, m.Schema, m.Rows())
	for _, d := range m.Districts {
		e.say("  城区 %s %s：现行第 %d 版，共 %d 版", "  district %s %s: release %d in force, releases: %d", d.District, d.Name, d.Release, d.Releases)
	}
	return backup, nil
}

// restore fills the database and tells what doctor says of it.
func (c restoreCmd) restore(e *env, db *database, backup *store.BackupFile) error {
	d := &diagnosis{env: e, quiet: c.JSON}
	done, err := store.Restore(e.ctx, db.url, backup, store.RestoreOptions{
		Replace: c.Replace,
		Log:     db.log,
		Done:    e.sayPart,
		Prove: func(r grid.Records) error {
			return d.prove(r, c.Replace && !c.DespiteFindings, "restore-unproven")
		},
	})
	if err != nil {
		return err
	}
	if !c.JSON {
		d.sayEnd()
	}
	e.say("已恢复到 %s 的状态。", "Restored to the state of %s.", backup.Manifest.MadeAt.In(zone()).Format(time.DateTime))
	if done.Kept {
		e.say("原有数据保留在模式 zhuwang_before 里，直到下一次恢复。", "The former data is kept in the schema zhuwang_before until the next restore.")
	}
	if c.JSON {
		if err := e.printJSON(d.json()); err != nil {
			return err
		}
	}
	if d.ills > 0 {
		return errReported
	}
	return nil
}

// prove examines what was restored; where findings refuse it, they are a fault of the rule.
func (d *diagnosis) prove(r grid.Records, refuse bool, rule string) error {
	if err := d.run(d.ctx, &grid.Examination{Records: r}); err != nil {
		return err
	}
	if d.ills > 0 && refuse {
		return fault.New(fault.Conflict, rule, fault.Args{"wrong": d.ills})
	}
	return nil
}

func unreadable(path string, err error) error {
	rule := "cannot-read"
	if errors.Is(err, fs.ErrNotExist) {
		rule = "no-such-file"
	}
	return &fault.Error{Kind: fault.Invalid, Rule: rule, Where: fault.Place{File: filepath.Base(path)}, Cause: err}
}
