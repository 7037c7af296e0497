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
	"github.com/zhuwang/zhuwang/internal/store"
)

type backupCmd struct {
	File      string `arg:"" help:"要写的文件 · File to write."`
	Overwrite bool   `help:"已有同名文件时覆盖它 · Take the place of a file of that name."`
	JSON      bool   `name:"json" help:"以 JSON 输出备份的内容说明 · Print what the backup holds as JSON."`
}

// Run writes everything that the database holds into one file. It appears under its name once it is whole and on disk.
func (c backupCmd) Run(e *env) error {
	place := fault.Place{File: filepath.Base(c.File)}
	if _, err := os.Lstat(c.File); err == nil && !c.Overwrite {
		return fault.New(fault.Usage, "backup-exists", nil).In(place)
	}
	db, err := e.connect(false, e.logger(slog.LevelWarn))
	if err != nil {
		return err
	}
	defer db.close()
	// A schema older than the program may be backed up: that is what one does before it is migrated.
	if schema, err := store.SchemaState(e.ctx, db.url); err != nil {
		return err
	} else if schema.Have == 0 || schema.Have > schema.Want {
		return schema.Err()
	}
	f, err := partOf(c.File)
	if err != nil {
		return err
	}
	defer f.drop()
	m, err := store.Backup(e.ctx, db.url, &spoken{file: f, env: e}, e.version, e.sayPart)
	if f.err != nil {
		return f.err
	}
	if err != nil {
		return err
	}
	size, err := f.keep()
	if err != nil {
		return err
	}
	if len(m.LeftOut) > 0 {
		e.say("这些表不是筑网的，没有备份：%v", "These tables are not Zhuwang's and were left out: %v", m.LeftOut)
	}
	e.say("已写入 %s：%s 的状态，%d 个城区，%d 行，%.1f MB。", "Written to %s: the state of %s, districts: %d, rows: %d, %.1f MB.",
		c.File, m.MadeAt.In(zone()).Format(time.DateTime), len(m.Districts), m.Rows(), float64(size)/1e6)
	if c.JSON {
		return e.printJSON(m)
	}
	return nil
}

// sayPart says that a table was written or filled.
func (e *env) sayPart(p store.Part) {
	if p.Rows > 0 {
		e.say("  %s：%d 行", "  %s: %d rows", p.Table, p.Rows)
	}
}

// part is a file on its way to its name: FILE.part, which the next backup to the same name takes over should this one be killed.
type part struct {
	*os.File
	name string
	kept bool
	err  error // of the first write that failed
}

func partOf(name string) (*part, error) {
	f, err := os.OpenFile(name+".part", os.O_RDWR|os.O_CREATE, 0o600) // it holds all there is to know: not for everybody's eyes
	if err != nil {
		return nil, unwritable(name, err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fault.New(fault.Conflict, "backup-runs", nil).In(fault.Place{File: filepath.Base(name)})
	}
	p := &part{File: f, name: name}
	if info, err := f.Stat(); err == nil && info.Size() > 0 { // of a backup that was killed
		if err := f.Truncate(0); err != nil {
			p.drop()
			return nil, unwritable(name, err)
		}
	}
	return p, nil
}

func (p *part) Write(b []byte) (int, error) {
	n, err := p.File.Write(b)
	if err != nil && p.err == nil {
		p.err = p.failed(err)
	}
	return n, err
}

func (p *part) failed(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return &fault.Error{Kind: fault.Unavailable, Rule: "no-room", Where: fault.Place{File: filepath.Base(p.name)}, Cause: err}
	}
	return unwritable(p.name, err)
}

// keep gives the file its name.
func (p *part) keep() (size int64, err error) {
	info, err := p.Stat()
	if err == nil {
		err = p.Sync()
	}
	if err == nil {
		err = os.Rename(p.File.Name(), p.name)
	}
	if err != nil {
		return 0, p.failed(err)
	}
	p.kept = true
	if folder, err := os.Open(filepath.Dir(p.name)); err == nil {
		folder.Sync() // the name, too, outlives a power cut
		folder.Close()
	}
	return info.Size(), nil
}

// drop removes what is not kept.
func (p *part) drop() {
	if !p.kept {
		if err := os.Remove(p.File.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			slog.Warn("half a file is left", "file", p.File.Name(), "error", err)
		}
	}
	p.Close()
}

// spoken says now and then how much has been written.
type spoken struct {
	*env
	file    *part
	written int64
	due     time.Time
}

func (s *spoken) Write(b []byte) (int, error) {
	n, err := s.file.Write(b)
	s.written += int64(n)
	if s.due.IsZero() {
		s.due = time.Now().Add(progressTime)
	}
	if time.Now().After(s.due) {
		s.due = time.Now().Add(progressTime)
		s.say("  已写 %d MB", "  written: %d MB", s.written>>20)
	}
	return n, err
}
