package exchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// scanned is what the scanner makes of a text: the fields of each record, nil for one with a misplaced quotation mark.
func scanned(t interface{ Fatalf(string, ...any) }, r io.Reader) (recs [][]string, unclosed bool) {
	s := newRecords(r, ',')
	for {
		rec, err := s.next()
		if err == io.EOF {
			return recs, false
		}
		if f, ok := errors.AsType[*fault.Error](err); ok && f.Rule == "unclosed-quote" {
			return recs, true
		}
		if err != nil {
			t.Fatalf("%v", err)
		}
		fields, _, ok := rec.split(nil, nil, ',')
		var list []string
		for _, f := range fields {
			list = append(list, strings.ReplaceAll(string(f), "\r\n", "\n")) // encoding/csv does this inside quotation marks
		}
		if !ok {
			list = nil
		}
		recs = append(recs, list)
	}
}

// encodingCSV is the same by encoding/csv.
func encodingCSV(text []byte) (recs [][]string, unclosed bool) {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	for {
		rec, err := r.Read()
		switch {
		case err == io.EOF:
			return recs, false
		case err != nil:
			recs = append(recs, nil)
		default:
			recs = append(recs, rec)
		}
	}
}

// FuzzCSV holds the scanner to encoding/csv: the same records with the same fields, and the same records refused. It differs on
// purpose in one case alone: a quotation mark that is never closed condemns the file, not the rest of it as one record.
func FuzzCSV(f *testing.F) {
	for _, text := range []string{
		"a,b\n1,2\n", "a,b\r\n1,2", "\n\na\n\n", `"a""b","c` + "\n" + `d"` + "\n1,2\n", `"a"b,c` + "\nd,e\n", `a"b,c` + "\nd,e\n", `"a` + "\nb",
		"\"\"\n", ",\n", "a,\"b\"\r\n\"c\r\nd\",e\r\n", "\"a\"\"", "\r\n\r", "a\rb\n", "\"a\n\"b\nc\n", `"` + "\n" + `"`, `"a"` + "\r", "0\"0,\"\n0", "\"\"\r,\"\n0",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		want, _ := encodingCSV(text)
		got, unclosed := scanned(t, bytes.NewReader(text))
		slow, slowUnclosed := scanned(t, iotest.OneByteReader(bytes.NewReader(text)))
		if !slices.EqualFunc(got, slow, slices.Equal) || unclosed != slowUnclosed {
			t.Fatalf("%q: %q in one piece, %q byte by byte", text, got, slow)
		}
		if unclosed {
			// encoding/csv reports the rest as its last, bad record.
			if len(want) != len(got)+1 || want[len(got)] != nil {
				t.Fatalf("%q: unclosed after %q, encoding/csv reads %q", text, got, want)
			}
			want = want[:len(got)]
		}
		if !slices.EqualFunc(got, want, func(a, b []string) bool { return slices.Equal(a, b) && (a == nil) == (b == nil) }) {
			t.Fatalf("%q: %q, encoding/csv reads %q", text, got, want)
		}
	})
}

func TestCellsAreReadAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`[a-z",\n 网]{0,6}`)
		row := rapid.SliceOfN(cell, 2, 5).Draw(t, "row")
		var line []byte
		for i, c := range row {
			if i > 0 {
				line = append(line, ',')
			}
			line = appendCell(line, []byte(c), ',')
		}
		recs, unclosed := scanned(t, bytes.NewReader(append(line, '\n')))
		if unclosed || len(recs) != 1 || !slices.Equal(recs[0], row) {
			t.Fatalf("%q written as %q was read as %q", row, line, recs)
		}
	})
}

func TestLineNumbersCountLinesInsideQuotes(t *testing.T) {
	s := newRecords(strings.NewReader("h\n\n\"a\nb\nc\"\nd\n"), ',')
	for _, want := range []int{1, 3, 6} {
		if rec, err := s.next(); err != nil || rec.line != want {
			t.Fatalf("line %d, error %v, want line %d", rec.line, err, want)
		}
	}
}
