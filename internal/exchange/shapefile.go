package exchange

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// maxUnzipped bounds the files of an archive together.
const maxUnzipped = 8 << 30

// part is one file of a shapefile, on disk or in an archive.
type part struct {
	size int64
	open func() (io.ReadCloser, error)
}

// shapefile is the files of one shapefile by extension (ESRI Shapefile Technical Description, 1998). GDAL reads a
// damaged one as far as it goes and takes text of unknown encoding for Latin 1; so its parts are examined first.
type shapefile map[string]part

var shapefileParts = []string{".shp", ".shx", ".dbf", ".prj", ".cpg"}

// shapefileAt collects the parts that lie beside a .shp file.
func shapefileAt(path string) (shapefile, error) {
	files := shapefile{}
	stem := strings.TrimSuffix(path, filepath.Ext(path))
	for _, ext := range shapefileParts {
		for _, spelling := range []string{ext, strings.ToUpper(ext)} {
			name := stem + spelling
			if ext == ".shp" {
				name = path
			}
			if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
				files[ext] = part{info.Size(), func() (io.ReadCloser, error) { return os.Open(name) }}
				break
			}
		}
	}
	return files, nil
}

// zippedShapefile finds the shapefile in an archive: the one asked for as layer, or the only one.
func (l *Layer) zippedShapefile(path string) (source, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return source{}, &fault.Error{Kind: fault.Invalid, Rule: "half-a-zip", Cause: err}
	}
	defer archive.Close()
	sets := map[string]shapefile{}
	var names []string
	var total uint64
	inside := map[string]string{}
	zipNames := ""
	for _, f := range archive.File {
		total += f.UncompressedSize64
		name := f.Name
		if utf8.ValidString(name) && f.NonUTF8 { // Info-ZIP and macOS write UTF-8 without the mark
			zipNames = "UTF-8"
		} else if !utf8.ValidString(name) {
			if s, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil {
				name = s
			}
		}
		ext := strings.ToLower(filepath.Ext(name))
		if !slices.Contains(shapefileParts, ext) || strings.HasPrefix(filepath.Base(name), ".") {
			continue
		}
		stem := name[:len(name)-len(ext)]
		if sets[stem] == nil {
			sets[stem] = shapefile{}
		}
		sets[stem][ext] = part{int64(f.UncompressedSize64), f.Open}
		if ext == ".shp" {
			names = append(names, filepath.Base(stem))
			inside[filepath.Base(stem)] = name
		}
	}
	switch {
	case total > maxUnzipped:
		return source{}, fault.New(fault.TooLarge, "zip-too-large", fault.Args{"limit": maxUnzipped >> 30})
	case len(names) == 0:
		return source{}, fault.New(fault.Invalid, "zip-without-shapefile", nil)
	case l.opts.Layer == "" && len(names) > 1:
		return source{}, fault.New(fault.Usage, "which-layer", fault.Args{"layers": strings.Join(names, ", ")})
	case l.opts.Layer != "" && inside[l.opts.Layer] == "":
		return source{}, fault.New(fault.Usage, "no-such-layer", fault.Args{"layer": l.opts.Layer, "layers": strings.Join(names, ", ")})
	}
	name := names[0]
	if l.opts.Layer != "" {
		name = l.opts.Layer
	}
	file := inside[name]
	s, err := sets[file[:len(file)-len(".shp")]].source("/vsizip/{"+path+"}/"+file, l.opts.Encoding)
	s.zipNames = zipNames
	return s, err
}

// source checks the parts and tells GDAL the encoding.
func (files shapefile) source(path, given string) (source, error) {
	for _, ext := range []string{".shx", ".dbf"} {
		if _, ok := files[ext]; !ok {
			return source{}, fault.New(fault.Invalid, "missing-part", fault.Args{"part": ext})
		}
	}
	for _, ext := range []string{".shp", ".shx"} {
		if err := files[ext].whole(); err != nil {
			return source{}, err
		}
	}
	enc, err := files.encoding(given)
	if err != nil {
		return source{}, err
	}
	return source{path: path, open: []string{"ENCODING=" + enc}}, nil
}

// whole compares the length that the head of a .shp or .shx file declares (in 16-bit words, big endian, at byte 24) with the file's.
func (p part) whole() error {
	r, err := p.open()
	if err != nil {
		return err
	}
	defer r.Close()
	var head [100]byte
	if _, err := io.ReadFull(r, head[:]); err != nil || binary.BigEndian.Uint32(head[:]) != 9994 {
		return &fault.Error{Kind: fault.Invalid, Rule: "broken-file", Args: fault.Args{"format": "Shapefile"}, Cause: err}
	}
	if declared := 2 * int64(binary.BigEndian.Uint32(head[24:])); p.size < declared {
		return fault.New(fault.Invalid, "short-file", fault.Args{"has": p.size, "should": declared})
	}
	return nil
}

// encoding is GDAL's name of the encoding of the attributes: the one given, else the .cpg file's, else the code page that the
// .dbf declares. Without any, text beyond ASCII is refused; with one, text that is not in it.
func (files shapefile) encoding(given string) (string, error) {
	declared := given
	if declared == "" {
		cpg, err := files[".cpg"].text()
		if err != nil {
			return "", err
		}
		declared = cpg
	}
	r, err := files[".dbf"].open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	table, err := readDBF(r, files[".dbf"].size)
	if err != nil {
		return "", err
	}
	if declared == "" {
		declared = codePages[table.codePage]
	}
	enc, err := charset(declared)
	if err != nil {
		return "", err
	}
	if err := table.check(declared, enc); err != nil {
		return "", err
	}
	switch {
	case declared == "", enc == nil:
		return "UTF-8", nil
	case enc == simplifiedchinese.GB18030:
		return "GB18030", nil
	}
	return htmlindex.Name(enc)
}

// text is the content of a .cpg file; "" where there is none.
func (p part) text() (string, error) {
	if p.open == nil {
		return "", nil
	}
	r, err := p.open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, 64))
	return strings.TrimSpace(string(bytes.TrimPrefix(b, bomUTF8))), err
}

// codePages are the language driver ids of dBASE that say something definite. 0x57, "current ANSI", does not.
var codePages = map[byte]string{0x4D: "gbk", 0x4F: "big5", 0x7A: "gbk", 0x7B: "shift_jis", 0x79: "euc-kr"}

// dbf is the head of a dBASE table, and its records as a stream.
type dbf struct {
	r        *bufio.Reader
	head     []byte
	codePage byte
	records  int
	length   int // of a record
	text     [][2]int
}

// readDBF reads the head: 32 bytes, then 32 for each column, then 0x0D.
func readDBF(r io.Reader, size int64) (*dbf, error) {
	broken := func(cause error) error {
		return &fault.Error{Kind: fault.Invalid, Rule: "broken-file", Args: fault.Args{"format": "dBASE"}, Cause: cause}
	}
	d := &dbf{r: bufio.NewReaderSize(r, 1<<16), head: make([]byte, 32)}
	if _, err := io.ReadFull(d.r, d.head); err != nil {
		return nil, broken(err)
	}
	d.records = int(binary.LittleEndian.Uint32(d.head[4:]))
	headLength := int(binary.LittleEndian.Uint16(d.head[8:]))
	d.length = int(binary.LittleEndian.Uint16(d.head[10:]))
	d.codePage = d.head[29]
	if headLength < 33 || d.length < 1 {
		return nil, broken(nil)
	}
	if should := int64(headLength) + int64(d.records)*int64(d.length); size < should {
		return nil, fault.New(fault.Invalid, "short-file", fault.Args{"has": size, "should": should})
	}
	d.head = make([]byte, headLength-32)
	if _, err := io.ReadFull(d.r, d.head); err != nil {
		return nil, broken(err)
	}
	at := 1 // after the mark of deletion
	for col := d.head; len(col) >= 32 && col[0] != 0x0D; col = col[32:] {
		if n := int(col[16]); col[11] == 'C' {
			d.text = append(d.text, [2]int{at, at + n})
			at += n
		} else {
			at += n
		}
	}
	if at > d.length {
		return nil, broken(nil)
	}
	return d, nil
}

// check reads all text: column names and the columns of type C.
func (d *dbf) check(declared string, enc encoding.Encoding) error {
	for col := d.head; len(col) >= 32 && col[0] != 0x0D; col = col[32:] {
		name, _, _ := bytes.Cut(col[:11], []byte{0})
		if f := inEncoding(name, declared, enc); f != nil {
			return f
		}
	}
	record := make([]byte, d.length)
	for n := 1; n <= d.records; n++ {
		if _, err := io.ReadFull(d.r, record); err != nil {
			return &fault.Error{Kind: fault.Invalid, Rule: "broken-file", Args: fault.Args{"format": "dBASE"}, Cause: err}
		}
		for _, span := range d.text {
			if f := inEncoding(record[span[0]:span[1]], declared, enc); f != nil {
				return f.In(fault.Place{Row: n})
			}
		}
	}
	return nil
}

// inEncoding refuses bytes beyond ASCII whose encoding is not declared, and bytes that are not in the one declared. A character
// that the column's width cuts through at the end is let pass: the writer lost it, not the reader.
func inEncoding(b []byte, declared string, enc encoding.Encoding) *fault.Error {
	ascii := !slices.ContainsFunc(b, func(c byte) bool { return c >= utf8.RuneSelf })
	switch {
	case ascii:
		return nil
	case declared == "":
		f := badText(b, "")
		f.Rule = "no-encoding"
		return f
	case enc == nil:
		for cut := range min(4, len(b)) {
			if utf8.Valid(b[:len(b)-cut]) {
				return nil
			}
		}
		return badText(b, declared)
	}
	s, err := enc.NewDecoder().Bytes(b)
	if i := bytes.IndexRune(s, utf8.RuneError); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) || i >= 0 && i < len(s)-len("\uFFFD") {
		return badText(b, declared)
	}
	return nil
}
