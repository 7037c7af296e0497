package exchange

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/zhuwang/zhuwang/internal/fault"
)

var (
	bomUTF8  = []byte{0xEF, 0xBB, 0xBF}
	bomUTF16 = [2][]byte{{0xFF, 0xFE}, {0xFE, 0xFF}} // little endian, big endian
)

// charset finds an encoding by the name that people and files use for it; nil is UTF-8.
func charset(name string) (encoding.Encoding, error) {
	switch strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name)) {
	case "", "utf8", "65001", "utf8sig":
		return nil, nil
	case "gbk", "gb2312", "936", "cp936", "ansi936", "ms936", "gb18030", "54936", "euccn":
		return simplifiedchinese.GB18030, nil // a superset of GBK and GB 2312
	}
	e, err := htmlindex.Get(strings.TrimSpace(name))
	if err != nil || e == encoding.Replacement {
		return nil, fault.New(fault.Usage, "unknown-encoding", fault.Args{"encoding": name})
	}
	if n, _ := htmlindex.Name(e); n == "utf-8" {
		return nil, nil
	}
	return e, nil
}

// text is a stream of UTF-8 made of a stream of bytes.
type text struct {
	io.Reader
	bom     int  // length of a UTF-8 mark at the start, which was cut off
	decoded bool // the bytes were not UTF-8
}

// decode turns bytes into UTF-8 by the declared encoding; a byte order mark declares as well and is cut off. Bytes that
// cannot be decoded become U+FFFD. Undeclared bytes pass as they are; whoever reads them checks that they are UTF-8.
func decode(r io.Reader, declared string) (text, error) {
	enc, err := charset(declared)
	if err != nil {
		return text{}, err
	}
	head := make([]byte, 3)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return text{}, err
	}
	head = head[:n]
	whole := io.MultiReader(bytes.NewReader(head), r)
	switch {
	case bytes.Equal(head, bomUTF8):
		return text{Reader: r, bom: n}, nil
	case bytes.HasPrefix(head, bomUTF16[0]), bytes.HasPrefix(head, bomUTF16[1]):
		enc = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	}
	if enc == nil {
		return text{Reader: whole}, nil
	}
	return text{Reader: transform.NewReader(whole, enc.NewDecoder()), decoded: true}, nil
}

// badText is the fault of bytes that are not in their encoding. Where nothing was declared it says how to declare.
func badText(sample []byte, declared string) *fault.Error {
	if declared != "" {
		return fault.New(fault.Invalid, "bad-encoding", fault.Args{"encoding": declared})
	}
	hint := fault.Text{Zh: "用 --encoding 说明它的编码", En: "say its encoding with --encoding"}
	if looksGBK(sample) {
		hint = fault.Text{Zh: "这些字节像是 GBK：确认后加 --encoding gbk", En: "the bytes could be GBK: if they are, add --encoding gbk"}
	}
	return fault.New(fault.Invalid, "invalid-utf8", fault.Args{"hint": hint})
}

// looksGBK reports whether bytes that are not UTF-8 would be valid GB 18030. It only words a hint.
func looksGBK(b []byte) bool {
	if utf8.Valid(b) {
		return false
	}
	s, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
	return err == nil && !bytes.ContainsRune(s, utf8.RuneError)
}
