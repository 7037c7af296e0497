package api

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func TestCodingThatTheClientLikesBest(t *testing.T) {
	for _, c := range []struct {
		lines []string
		want  coding
	}{
		{nil, plain},
		{[]string{""}, plain},
		{[]string{"gzip"}, gzipped},
		{[]string{"GZip"}, gzipped},
		{[]string{"gzip, deflate"}, gzipped},
		{[]string{"gzip, deflate, br"}, brotlied},
		{[]string{"gzip, deflate, br, zstd"}, zstandard},
		{[]string{"gzip", "zstd"}, zstandard},
		{[]string{"*"}, gzipped},
		{[]string{"*;q=0"}, plain},
		{[]string{"gzip;q=0, *"}, plain},
		{[]string{"br;q=1.0, gzip;q=0.8, *;q=0.1"}, brotlied},
		{[]string{"gzip;q=0.9, br;q=0.901, zstd;q=0.1"}, brotlied},
		{[]string{"gzip ; q=0.001"}, gzipped},
		{[]string{"gzip;Q=0.5"}, gzipped},
		{[]string{"gzip;q=0.000"}, plain},
		{[]string{"zstd;q=0, br;q=0, gzip"}, gzipped},
		{[]string{"identity"}, plain},
		{[]string{"identity, gzip"}, gzipped},
		{[]string{"identity;q=1, gzip;q=0.5"}, plain},
		{[]string{"identity;q=0.5, gzip;q=0.5"}, gzipped},
		{[]string{"identity;q=0"}, plain}, // nothing that we have is taken: the field is passed over
		{[]string{"deflate, compress"}, plain},
		// What cannot be read is not taken.
		{[]string{"gzip;q=2"}, plain},
		{[]string{"gzip;q=1.001"}, plain},
		{[]string{"gzip;q=-1"}, plain},
		{[]string{"gzip;q=NaN"}, plain},
		{[]string{"gzip;q=0.5555"}, plain},
		{[]string{"gzip;q="}, plain},
		{[]string{"gzip;q"}, plain},
		{[]string{"gzip;level=9"}, plain},
		{[]string{",,;;q=1,=,gz ip, ,br;q=0.5"}, brotlied},
		{[]string{strings.Repeat("x,", 10_000) + "gzip"}, gzipped},
	} {
		r := &http.Request{Header: http.Header{}}
		if c.lines != nil {
			r.Header["Accept-Encoding"] = c.lines
		}
		if got := codingOf(r); got != c.want {
			t.Errorf("%.60q: coding %d, want %d", c.lines, got, c.want)
		}
	}
}

func FuzzCoding(f *testing.F) {
	f.Add("gzip;q=0.5, br")
	f.Fuzz(func(t *testing.T, line string) {
		got := codingOf(&http.Request{Header: http.Header{"Accept-Encoding": {line}}})
		name := fmt.Sprint(codingNames[got])
		if got != plain && !strings.Contains(strings.ToLower(line), strings.Trim(name, "[]")) && !strings.Contains(line, "*") {
			t.Errorf("%q is answered in %s", line, name)
		}
	})
}

// Every coding gives back what was compressed, and is left out where it saves nothing.
func TestCompress(t *testing.T) {
	text := bytes.Repeat([]byte("网格 grid 450105001001001 "), 200)
	open := [codings]func(r io.Reader) (io.Reader, error){
		plain:     func(r io.Reader) (io.Reader, error) { return r, nil },
		zstandard: func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r, zstd.WithDecoderMaxWindow(8<<20)) },
		brotlied:  func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
		gzipped:   func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	}
	for c := range codings {
		for range 2 { // with a press that was used before, too
			packed, made := compress(text, c)
			if made != c || c != plain && len(packed) > len(text)/10 {
				t.Errorf("coding %d: %d of %d bytes in coding %d", c, len(packed), len(text), made)
			}
			in, err := open[c](bytes.NewReader(packed))
			if err != nil {
				t.Fatal(err)
			}
			back, err := io.ReadAll(in)
			if err != nil || !bytes.Equal(back, text) {
				t.Errorf("coding %d: %d bytes come back (%v)", c, len(back), err)
			}
			if small, made := compress([]byte("ab"), c); made != plain || string(small) != "ab" {
				t.Errorf("coding %d: two bytes become %q in coding %d", c, small, made)
			}
		}
	}
}

func TestTagsOfTheClient(t *testing.T) {
	const etag = `W/"abc_-1"`
	for list, want := range map[string]bool{
		"": false, "*": true, `W/"abc_-1"`: true, `"abc_-1"`: true, `"x", W/"abc_-1"`: true, `"x","y" ,  "abc_-1"  `: true,
		`"x, y", "z"`: false, "abc_-1": false, `W/"abc"`: false, `"abc_-1`: false, `"*"`: false, `, ,`: false, `w/"abc_-1"`: false,
	} {
		if got := matches([]string{list}, etag); got != want {
			t.Errorf("%q: %v", list, got)
		}
	}
	if !matches([]string{`"x"`, `"abc_-1"`}, etag) || matches(nil, etag) {
		t.Error("a list of several lines is one list")
	}
}
