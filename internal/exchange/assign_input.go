package exchange

import (
	"context"
	"io"
	"os"
	"slices"
)

// pointsFile is the points' file below its header.
type pointsFile struct {
	file    *os.File
	text    text
	records *records
	header  []byte
	crlf    bool
	size    int64
	rows    int // in a block
}

func (a *assigner) open(ctx context.Context) (*pointsFile, error) {
	f, t, err := a.input.csvFile(ctx)
	if err != nil {
		return nil, err
	}
	in := &pointsFile{file: f, text: t, records: newRecords(t, a.input.comma()), rows: blockRows}
	if a.input.CRS.System != "" {
		in.rows = batchVertices
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	in.size = info.Size()
	head, err := in.records.next()
	if err != nil {
		return nil, err
	}
	in.header, in.crlf = slices.Clone(head.raw), head.crlf
	return in, nil
}

func (in *pointsFile) close() { in.file.Close() }

// skip goes to the place of a checkpoint. Text that had to be decoded is read again up to it.
func (in *pointsFile) skip(c checkpoint) error {
	if c.Rows == 0 {
		return nil
	}
	if in.text.decoded {
		for in.records.offset() < c.Input {
			if _, err := in.records.next(); err != nil {
				return err
			}
		}
		return nil
	}
	if _, err := in.file.Seek(int64(in.text.bom)+c.Input, io.SeekStart); err != nil {
		return err
	}
	s := newRecords(in.file, in.records.comma)
	s.off, s.line = c.Input, c.Line
	in.records = s
	return nil
}

// fill reads the next block.
func (in *pointsFile) fill(b *block) error {
	for len(b.recs) < in.rows {
		rec, err := in.records.next()
		if err == io.EOF {
			b.last = true
			break
		}
		if err != nil {
			return err
		}
		b.recs = append(b.recs, span{len(b.raw), len(b.raw) + len(rec.raw), rec.line, rec.quotes})
		b.raw = append(b.raw, rec.raw...)
	}
	b.end, b.line = in.records.offset(), in.records.line
	return nil
}
