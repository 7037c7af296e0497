package exchange

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// checkpointRows is how many rows lie between two checkpoints: about a second of work.
const checkpointRows = 1 << 20

// checkpoint is a state to which a killed run can be taken back: everything counted here is on the disk.
type checkpoint struct {
	Run                             string // fingerprint of input and options
	Rows, Inside, Outside, Rejected int64
	Input                           int64 // bytes of text read
	Line                            int   // of the input, the next one
	Output, Rejects                 int64 // bytes written
}

// output is the two files of an assignment while they are being written, under temporary names beside their own.
type output struct {
	a            *assigner
	main         *partial
	rejects      *partial
	at           checkpoint // what is written
	saved        int64      // rows at the last checkpoint
	checkpointed bool
}

// partial is a file being written.
type partial struct {
	path string
	file *os.File
	w    *bufio.Writer
}

func openPartial(path string, keep int64) (*partial, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, cannotWrite(err)
	}
	if err := f.Truncate(keep); err != nil {
		return nil, errors.Join(cannotWrite(err), f.Close())
	}
	if _, err := f.Seek(keep, io.SeekStart); err != nil {
		return nil, errors.Join(cannotWrite(err), f.Close())
	}
	return &partial{path, f, bufio.NewWriterSize(f, 1<<18)}, nil
}

func cannotWrite(err error) error {
	return &fault.Error{Kind: fault.Unavailable, Rule: "cannot-write", Cause: err}
}

func (p *partial) sync() error { return errors.Join(p.w.Flush(), p.file.Sync()) }

func (a *assigner) checkpointPath() string { return a.Out + ".resume" }

// create opens the output: at the checkpoint of an earlier run where that is wanted and there is one, else empty with its headers.
func (a *assigner) create(in *pointsFile) (*output, error) {
	run, err := a.fingerprint(in)
	if err != nil {
		return nil, err
	}
	out := &output{a: a, at: checkpoint{Run: run}}
	if a.Resume {
		if err := out.load(run); err != nil {
			return nil, err
		}
	}
	if err := os.Remove(a.checkpointPath()); err != nil && out.at.Rows == 0 && !errors.Is(err, os.ErrNotExist) {
		return nil, cannotWrite(err)
	}
	if out.main, err = openPartial(a.Out+".partial", out.at.Output); err != nil {
		return nil, err
	}
	if out.rejects, err = openPartial(a.rejects()+".partial", out.at.Rejects); err != nil {
		out.main.file.Close()
		return nil, err
	}
	a.lineEnd = "\n"
	if in.crlf {
		a.lineEnd = "\r\n"
	}
	a.decoded = in.text.decoded
	if out.at.Rows == 0 {
		head := []byte{}
		if in.text.bom > 0 || in.text.decoded { // Excel takes UTF-8 without the mark for the local encoding
			head = append(head, bomUTF8...)
		}
		head = append(head, in.header...)
		for _, c := range a.addedColumns() {
			head = append(append(head, a.input.comma()), c...)
		}
		out.add(&block{out: append(head, a.lineEnd...), rejects: append(append([]byte{}, bomUTF8...), "line,reason,row\n"...)})
	} else {
		out.save()
	}
	return out, nil
}

// fingerprint tells runs apart that would write something else.
func (a *assigner) fingerprint(in *pointsFile) (string, error) {
	h := sha256.New()
	info, err := in.file.Stat()
	if err != nil {
		return "", err
	}
	fmt.Fprintf(h, "1|%d|%d|%q|%q|%q|%q|%q|%d|%v|%s|%q|", info.Size(), info.ModTime().UnixNano(),
		a.CRS, a.Lon, a.Lat, a.Encoding, a.CodeField, a.Comma, a.Distance, a.Lang, [2]string{a.NetLayer, a.NetCRS})
	f, err := os.Open(a.Net)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil {
		return "", err
	} else if info.IsDir() { // a file geodatabase
		fmt.Fprintf(h, "%d", info.ModTime().UnixNano())
	} else if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// load takes over the checkpoint of an earlier run. Without one, or without its files, the run starts anew.
func (out *output) load(run string) error {
	b, err := os.ReadFile(out.a.checkpointPath())
	if err != nil {
		return nil
	}
	var c checkpoint
	if json.Unmarshal(b, &c) != nil {
		return nil
	}
	if c.Run != run {
		return fault.New(fault.Usage, "resume-mismatch", nil)
	}
	for path, least := range map[string]int64{out.a.Out + ".partial": c.Output, out.a.rejects() + ".partial": c.Rejects} {
		if info, err := os.Stat(path); err != nil || info.Size() < least {
			return nil
		}
	}
	out.at, out.saved = c, c.Rows
	return nil
}

// write appends a block, and makes a checkpoint when one is due.
func (out *output) write(b *block) error {
	if err := out.add(b); err != nil {
		return err
	}
	out.at.Input, out.at.Line = b.end, b.line
	if out.at.Rows-out.saved >= out.a.every {
		return out.save()
	}
	return nil
}

func (out *output) add(b *block) error {
	out.at.Rows += int64(len(b.recs))
	out.at.Inside += b.inside
	out.at.Outside += b.outside
	out.at.Rejected += b.rejected
	out.at.Output += int64(len(b.out))
	out.at.Rejects += int64(len(b.rejects))
	_, err := out.main.w.Write(b.out)
	_, err2 := out.rejects.w.Write(b.rejects)
	if err := errors.Join(err, err2); err != nil {
		return cannotWrite(err)
	}
	return nil
}

// save makes a checkpoint of what is written.
func (out *output) save() error {
	if err := errors.Join(out.main.sync(), out.rejects.sync()); err != nil {
		return cannotWrite(err)
	}
	b, err := json.Marshal(out.at)
	if err != nil {
		return err
	}
	path := out.a.checkpointPath()
	if err := errors.Join(os.WriteFile(path+".new", b, 0o666), os.Rename(path+".new", path)); err != nil {
		return cannotWrite(err)
	}
	out.saved, out.checkpointed = out.at.Rows, true
	return nil
}

// finish gives the files their names. Without a reject there is no file of rejects.
func (out *output) finish() error {
	err := errors.Join(out.main.sync(), out.rejects.sync())
	out.close()
	if err != nil {
		return cannotWrite(err)
	}
	if out.at.Rejected > 0 {
		err = os.Rename(out.rejects.path, out.a.rejects())
	} else {
		err = errors.Join(remove(out.rejects.path), remove(out.a.rejects()))
	}
	if err = errors.Join(err, os.Rename(out.main.path, out.a.Out), remove(out.a.checkpointPath())); err != nil {
		return cannotWrite(err)
	}
	return nil
}

// abandon ends a run that failed: what a cancelled one has done can be resumed, and so can what a full disk stopped after
// a checkpoint; what else failed leaves nothing behind.
func (out *output) abandon(err error) {
	if errors.Is(err, context.Canceled) && out.save() == nil || out.checkpointed && fault.From(err).Rule == "cannot-write" {
		return
	}
	out.close()
	for _, path := range []string{out.main.path, out.rejects.path, out.a.checkpointPath()} {
		remove(path)
	}
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func (out *output) close() {
	out.main.file.Close()
	out.rejects.file.Close()
}
