package api

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// coding is how a body is compressed (RFC 9110, 8.4.1).
type coding uint8

// The codings that are made, the best first where a client takes several alike: zstd makes tiles as small as gzip does in two thirds of the time; br makes
// them a tenth smaller and takes four times as long, which is for those that take no zstd.
const (
	plain coding = iota
	zstandard
	brotlied
	gzipped
	codings
)

// codingNames are the values of Content-Encoding.
var codingNames = [codings][]string{zstandard: {"zstd"}, brotlied: {"br"}, gzipped: {"gzip"}}

// codingOf is the coding that a request's Accept-Encoding likes best (RFC 9110, 12.5.3). What cannot be read there is not taken; where nothing is
// taken, the body goes plain.
func codingOf(r *http.Request) coding {
	weights := [codings]int{-1, -1, -1, -1} // thousandths; -1: not named
	others := -1
	for _, line := range r.Header["Accept-Encoding"] {
		for line != "" {
			var item string
			item, line, _ = strings.Cut(line, ",")
			name, parameter, _ := strings.Cut(item, ";")
			weight := weightOf(parameter)
			switch name = strings.TrimSpace(name); {
			case strings.EqualFold(name, "gzip"):
				weights[gzipped] = weight
			case strings.EqualFold(name, "br"):
				weights[brotlied] = weight
			case strings.EqualFold(name, "zstd"):
				weights[zstandard] = weight
			case strings.EqualFold(name, "identity"):
				weights[plain] = weight
			case name == "*":
				others = weight
			}
		}
	}
	if weights[gzipped] < 0 {
		weights[gzipped] = others // every client that takes anything takes this
	}
	best := plain
	for c := zstandard; c < codings; c++ {
		if w := weights[c]; w > 0 && (w > weights[best] || best == plain && w == weights[plain]) {
			best = c
		}
	}
	return best
}

// weightOf is the weight of an item of a list in thousandths: 1000 where none is given, 0 where it cannot be read.
func weightOf(parameter string) int {
	parameter = strings.TrimSpace(parameter)
	if parameter == "" {
		return 1000
	}
	if len(parameter) < 3 || parameter[0]|0x20 != 'q' || parameter[1] != '=' {
		return 0
	}
	whole, places, _ := strings.Cut(parameter[2:], ".")
	if whole != "0" && whole != "1" || len(places) > 3 {
		return 0
	}
	weight := 0
	for i := range 3 {
		weight *= 10
		if i < len(places) {
			if places[i] < '0' || places[i] > '9' {
				return 0
			}
			weight += int(places[i] - '0')
		}
	}
	if whole == "1" {
		if weight > 0 {
			return 0
		}
		return 1000
	}
	return weight
}

// compressor is a writer that can begin anew.
type compressor interface {
	io.WriteCloser
	Reset(io.Writer)
}

// press is what compresses one body after another.
type press struct {
	out bytes.Buffer
	compressor
}

func newPresses(make func() (compressor, error)) *sync.Pool {
	return &sync.Pool{New: func() any {
		c, err := make()
		if err != nil {
			panic(err) // a level that there is not
		}
		return &press{compressor: c}
	}}
}

// presses by coding. Levels are those beyond which tiles take much longer and get hardly smaller. Browsers take windows of up to 8 MB (RFC 9659).
var presses = [codings]*sync.Pool{
	zstandard: newPresses(func() (compressor, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(4<<20), zstd.WithEncoderCRC(false))
	}),
	brotlied: newPresses(func() (compressor, error) { return brotli.NewWriterLevel(nil, 5), nil }),
	gzipped:  newPresses(func() (compressor, error) { return gzip.NewWriterLevel(nil, 6) }),
}

// compress is a body in a coding, and in which: plain where that makes it no smaller. What it gives shares no memory with the body.
func compress(body []byte, c coding) ([]byte, coding) {
	if c == plain {
		return bytes.Clone(body), plain
	}
	p := presses[c].Get().(*press)
	defer presses[c].Put(p)
	p.out.Reset()
	p.Reset(&p.out)
	p.Write(body) // into memory
	p.Close()
	if p.out.Len() >= len(body) {
		return bytes.Clone(body), plain
	}
	return bytes.Clone(p.out.Bytes()), c
}
