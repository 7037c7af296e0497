package exchange

import (
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// widest is the most bytes that a text of a dBASE table takes; a longer one would be cut off.
const widest = 254

// dbfText is the encoding of the text of a shapefile that is written. The zero value is of a format without limits.
type dbfText struct {
	name string // GBK or UTF-8
	gbk  bool
}

// dbfText is the encoding of the output's text.
func (o Output) dbfText() (dbfText, error) {
	enc, err := charset(o.Encoding)
	switch {
	case o.Format != Shapefile && o.Encoding != "":
		return dbfText{}, fault.New(fault.Usage, "encoding-fixed", fault.Args{"format": string(o.Format)})
	case o.Format != Shapefile:
		return dbfText{}, nil
	case err != nil:
		return dbfText{}, err
	case o.Encoding == "" || enc == encoding.Encoding(simplifiedchinese.GB18030):
		return dbfText{"GBK", true}, nil
	case enc == nil:
		return dbfText{name: "UTF-8"}, nil
	}
	return dbfText{}, fault.New(fault.Usage, "shapefile-encoding", fault.Args{"encoding": o.Encoding})
}

// check refuses text that the file would hold only in part: with characters that the encoding does not have, or too long. Nothing is cut off silently.
func (t dbfText) check(s string) *fault.Error {
	if t.name == "" {
		return nil
	}
	n := len(s)
	if t.gbk {
		n = 0
		for _, r := range s {
			size := gbkSize(r)
			if size == 0 {
				return fault.New(fault.Invalid, "text-not-gbk", fault.Args{"character": string(r), "text": start(s)})
			}
			n += size
		}
	}
	if n > widest {
		return fault.New(fault.Invalid, "text-too-long", fault.Args{"text": start(s), "bytes": n, "limit": widest})
	}
	return nil
}

// gbkSize is how many bytes a character takes in GBK; 0 if GBK does not have it, or not where GB 18030 has it too, by which it is read.
func gbkSize(r rune) int {
	if r < 0x80 {
		return 1
	}
	one, err := simplifiedchinese.GBK.NewEncoder().String(string(r))
	if err != nil || len(one) != 2 {
		return 0
	}
	if other, err := simplifiedchinese.GB18030.NewEncoder().String(string(r)); err != nil || other != one {
		return 0
	}
	return 2
}

// start is the beginning of a text, for a sentence.
func start(s string) string {
	if head := []rune(s); len(head) > 20 {
		return string(head[:20]) + "…"
	}
	return s
}
