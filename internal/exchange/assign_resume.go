package exchange

import (
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
	Input                           int64 // bytes of text read, or rows of a table
	Line                            int   // of the input, the next one
	Output, Rejects                 int64 // bytes written
}

// canResume reports whether a killed run leaves something to go on from: a file of text made from a file.
func (a *assigner) canResume() bool {
	return a.to.format.isText() && !a.from.standard() && !a.to.standard()
}

func (a *assigner) checkpointPath() string { return a.Out + ".resume" }

// fingerprint tells runs apart that would write something else.
func (a *assigner) fingerprint() (string, error) {
	h := sha256.New()
	info, err := os.Stat(a.Points)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(h, "2|%d|%d|%q|%q|%q|%q|%q|%d|%v|%s|%q|%q|%v|", info.Size(), info.ModTime().UnixNano(),
		a.CRS, a.Lon, a.Lat, a.Encoding, a.CodeField, a.Comma, a.Distance, a.Lang, [2]string{a.NetLayer, a.NetCRS},
		[]string{string(a.from.format), string(a.from.packing), string(a.to.format), string(a.to.packing), a.PointsLayer}, a.DropHeights)
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
func (out *output) load() error {
	b, err := os.ReadFile(out.a.checkpointPath())
	if err != nil {
		return nil
	}
	var c checkpoint
	if json.Unmarshal(b, &c) != nil {
		return nil
	}
	if c.Run != out.at.Run {
		return fault.New(fault.Usage, "resume-mismatch", nil)
	}
	for path, least := range map[string]int64{out.a.partialPath(): c.Output, out.a.rejects() + ".partial": c.Rejects} {
		if info, err := os.Stat(path); err != nil || info.Size() < least {
			return nil
		}
	}
	out.at, out.saved = c, c.Rows
	return nil
}

// save begins a checkpoint of what is written; the disk takes its time beside the work. What is written meanwhile lies behind it.
func (out *output) save() error {
	if err := out.settle(); err != nil {
		return err
	}
	text := out.main.(resumable)
	if err := errors.Join(text.flush(), out.rejects.w.Flush()); err != nil {
		return cannotWrite(err)
	}
	out.at.Output, out.at.Rejects = text.size(), out.rejects.size
	at, path := out.at, out.a.checkpointPath()
	done := make(chan error, 1)
	go func() {
		b, err := json.Marshal(at)
		err = errors.Join(err, text.sync(), out.rejects.file.Sync())
		if err == nil {
			err = errors.Join(os.WriteFile(path+".new", b, 0o666), os.Rename(path+".new", path))
		}
		done <- err
	}()
	out.saved, out.saving = at.Rows, done
	return nil
}

// settle waits for the checkpoint that is being made.
func (out *output) settle() error {
	if out.saving == nil {
		return nil
	}
	err := <-out.saving
	out.saving = nil
	if err != nil {
		return cannotWrite(err)
	}
	out.checkpointed = true
	return nil
}
