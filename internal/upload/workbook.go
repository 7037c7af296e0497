package upload

import (
	"archive/zip"
	"bufio"
	"bytes"
	"io"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// What no workbook that a person made has: a text this long (Excel ends at 32,767 characters), a row this long. Reading one such would take
// the server's memory.
const (
	longestText = 1 << 20
	longestRow  = 32 << 20
)

// checkWorkbook refuses a workbook that unpacks to what no table is; a file that is no workbook passes, for its reader to refuse.
func checkWorkbook(path string, limit int64) error {
	book, err := zip.OpenReader(path)
	if err != nil {
		return nil
	}
	defer book.Close()
	for _, part := range book.File {
		r, err := part.Open()
		if err != nil {
			return nil
		}
		ok := plausible(io.LimitReader(r, limit+1), limit, strings.HasSuffix(part.Name, ".xml"), strings.HasPrefix(part.Name, "xl/worksheets/"))
		r.Close()
		if !ok {
			return fault.New(fault.Invalid, "upload-bomb", nil)
		}
	}
	return nil
}

// plausible reads a part of a workbook by its tags.
func plausible(r io.Reader, limit int64, markup, sheet bool) bool {
	in := bufio.NewReaderSize(r, longestText)
	var read, row int64
	for {
		text, err := in.ReadSlice('<')
		read, row = read+int64(len(text)), row+int64(len(text))
		if err == bufio.ErrBufferFull && markup || read > limit || sheet && row > longestRow {
			return false
		}
		if err != nil && err != bufio.ErrBufferFull {
			return true // the end, or a broken file, which its reader refuses
		}
		if name, _ := in.Peek(4); bytes.HasPrefix(name, []byte("row ")) || bytes.HasPrefix(name, []byte("row>")) {
			row = 0
		}
	}
}
