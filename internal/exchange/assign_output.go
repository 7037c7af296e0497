package exchange

import (
	"context"
	"errors"
	"os"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// output is the two files of an assignment while they are being written, under temporary names beside their own.
type output struct {
	a            *assigner
	main         pointTarget
	rejects      *partial
	at           checkpoint // what is written
	saved        int64      // rows at the last checkpoint
	saving       chan error // of the checkpoint that is being made; nil where none is
	checkpointed bool
}

func cannotWrite(err error) error {
	return &fault.Error{Kind: fault.Unavailable, Rule: "cannot-write", Cause: err}
}

// create opens the output: at the checkpoint of an earlier run where that is wanted and there is one, else empty with its headers.
func (a *assigner) create(ctx context.Context) (out *output, err error) {
	out = &output{a: a}
	if a.canResume() {
		if out.at.Run, err = a.fingerprint(); err != nil {
			return nil, err
		}
	}
	if out.rejects, err = holdPartial(a.rejects() + ".partial"); err != nil { // first of all: what lies there may be another run's
		return nil, err
	}
	if a.Resume {
		if err := out.load(); err != nil {
			out.rejects.close()
			return nil, err
		}
	}
	if a.canResume() {
		if err := os.Remove(a.checkpointPath()); err != nil && out.at.Rows == 0 && !errors.Is(err, os.ErrNotExist) {
			out.rejects.close()
			return nil, cannotWrite(err)
		}
	}
	if err = out.rejects.cut(out.at.Rejects); err != nil {
		return nil, err
	}
	if out.main, err = a.newTarget(ctx, out.at.Output); err != nil {
		out.rejects.close()
		remove(out.rejects.path)
		return nil, err
	}
	if out.at.Rows > 0 {
		return out, errors.Join(out.save(), out.settle())
	}
	return out, out.rejects.write(append(append([]byte{}, bomUTF8...), "line,reason,row\n"...))
}

// write appends a block, and makes a checkpoint when one is due.
func (out *output) write(b *block) error {
	if err := errors.Join(out.main.write(b), out.rejects.write(b.rejects)); err != nil {
		return err
	}
	out.at.Rows += int64(b.rows)
	out.at.Inside += b.inside
	out.at.Outside += b.outside
	out.at.Rejected += b.rejected
	out.at.Input, out.at.Line = b.end, b.line
	if out.at.Rows-out.saved >= out.a.every && out.a.canResume() {
		return out.save()
	}
	return nil
}

// finish gives the files their names. Without a reject there is no file of rejects.
func (out *output) finish() error {
	err := errors.Join(out.settle(), out.main.finish())
	if x := out.rejects.sync(); x != nil {
		err = errors.Join(err, cannotWrite(x))
	}
	defer out.rejects.close() // until both files have their names, they are this run's
	if err != nil {
		return err
	}
	if out.at.Rejected > 0 {
		err = os.Rename(out.rejects.path, out.a.rejects())
	} else {
		err = errors.Join(remove(out.rejects.path), remove(out.a.rejects()))
	}
	if path := out.main.temporary(); path != standard {
		err = errors.Join(err, synced(path), os.Rename(path, out.a.Out))
	}
	if out.a.canResume() {
		err = errors.Join(err, remove(out.a.checkpointPath()))
	}
	if err != nil {
		return cannotWrite(err)
	}
	return nil
}

// abandon ends a run that failed: what a cancelled one has done can be resumed, and so can what a full disk stopped after
// a checkpoint; what else failed leaves nothing behind.
func (out *output) abandon(err error) {
	settled := out.settle()
	if text, ok := out.main.(resumable); ok && out.a.canResume() &&
		(errors.Is(err, context.Canceled) && errors.Join(settled, out.save(), out.settle()) == nil || out.checkpointed && fault.From(err).Rule == "cannot-write") {
		text.close()
		out.rejects.close()
		return
	}
	out.main.discard()
	out.rejects.close()
	remove(out.rejects.path)
	if out.a.canResume() {
		remove(out.a.checkpointPath())
	}
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
