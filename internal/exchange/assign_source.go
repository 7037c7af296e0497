package exchange

import (
	"bytes"
	"context"
	"io"
	"os"
	"sync/atomic"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// pointSource reads the rows of a format block by block. One goroutine uses it.
type pointSource interface {
	// fill reads the next rows into a block and sets last at the end.
	fill(b *block) error
	// skip goes to the place of a checkpoint.
	skip(c checkpoint) error
	// rows makes a reader of a block's rows for one worker.
	rows() pointRows
	close()
}

// pointRows understands the rows of blocks. One goroutine uses it.
type pointRows interface {
	// locate finds where a row lies: the numbers as they stand, and the system that they are in.
	locate(b *block, i int) (orb.Point, CRS, *fault.Error)
	// fields appends the row's attributes; those of a source with columns are one a column, in their order.
	fields(b *block, i int, dst []Field) []Field
	// text is a row for the file of rejects, and the line or number by which a person finds it.
	text(b *block, i int) (number int, row []byte)
}

// attribute is a column of a table.
type attribute struct {
	name string
	Type
}

// stream is an input of text: unpacked, in UTF-8.
type stream struct {
	file *os.File
	text
	count *atomic.Int64 // bytes of the file read
	size  int64         // of the file; 0 where nobody knows
	plain bool          // the text is the bytes of the file, so that it can be gone to
	raw   io.Reader     // of the file
}

// openStream opens an input of text, and gives its first bytes.
func openStream(ctx context.Context, f pointFile, encoding string) (_ *stream, head []byte, err error) {
	s := &stream{file: os.Stdin, count: &atomic.Int64{}}
	if !f.standard() {
		if _, err := firstBytes(f.path); err != nil {
			return nil, nil, err
		}
		if s.file, err = os.Open(f.path); err != nil {
			return nil, nil, &fault.Error{Kind: fault.Invalid, Rule: "unreadable-file", Cause: err}
		}
		if info, err := s.file.Stat(); err == nil {
			s.size = info.Size()
		}
	}
	defer func() {
		if err != nil {
			s.file.Close()
		}
	}()
	s.raw = cancellable{ctx, s.file, s.count}
	r, head, err := peeked(s.raw, 512)
	if err == nil && len(head) == 0 {
		err = fault.New(fault.Invalid, "empty-file", nil)
	}
	if err == nil {
		err = f.checkMagic(head)
	}
	if err != nil {
		return nil, nil, err
	}
	if r, err = f.unpack(r); err != nil {
		return nil, nil, err
	}
	if s.text, err = decode(r, encoding); err != nil {
		return nil, nil, err
	}
	s.plain = f.packing == unpacked && !s.decoded && !f.standard()
	s.Reader, head, err = peeked(s.Reader, 1<<16)
	return s, head, err
}

// peeked reads up to n bytes and gives them back to the stream. An error behind them comes when they have been read.
func peeked(r io.Reader, n int) (io.Reader, []byte, error) {
	head := make([]byte, n)
	n, err := io.ReadFull(r, head)
	head = head[:n]
	switch err {
	case nil:
		return io.MultiReader(bytes.NewReader(head), r), head, nil
	case io.EOF, io.ErrUnexpectedEOF:
		return bytes.NewReader(head), head, nil
	}
	return r, head, err
}

func (s *stream) close() {
	if s.file != os.Stdin {
		s.file.Close()
	}
}

// cutter cuts text into records.
type cutter interface {
	next() (record, error) // io.EOF behind the last
	offset() int64         // bytes of text before the next record
	lineAt() int           // line on which the next record starts
}

// textSource is a source of records of text.
type textSource struct {
	*stream
	cut     func(r io.Reader, offset int64, line int) cutter
	records cutter
	most    int   // rows in a block
	n       int64 // rows so far
	newRows func() pointRows
}

func (s *textSource) rows() pointRows { return s.newRows() }

// maxBlock bounds the text of a block, so that long rows do not fill the memory.
const maxBlock = 1 << 20

func (s *textSource) fill(b *block) error {
	b.first = s.n + 1
	for len(b.recs) < s.most && len(b.raw) < maxBlock {
		rec, err := s.records.next()
		if err == io.EOF {
			b.last = true
			break
		}
		if err != nil {
			return err
		}
		b.recs = append(b.recs, span{from: len(b.raw), to: len(b.raw) + len(rec.raw), line: rec.line, quotes: rec.quotes, long: rec.long})
		b.raw = append(b.raw, rec.raw...)
	}
	b.rows = len(b.recs)
	s.n += int64(b.rows)
	b.end, b.line, b.read = s.records.offset(), s.records.lineAt(), s.count.Load()
	return nil
}

// skip goes to a checkpoint: at once in a plain file, else by reading up to it.
func (s *textSource) skip(c checkpoint) error {
	s.n = c.Rows
	if !s.plain {
		for s.records.offset() < c.Input {
			if _, err := s.records.next(); err != nil {
				return err
			}
		}
		return nil
	}
	if _, err := s.file.Seek(int64(s.bom)+c.Input, io.SeekStart); err != nil {
		return err
	}
	s.count.Store(int64(s.bom) + c.Input)
	s.records = s.cut(s.raw, c.Input, c.Line)
	return nil
}
