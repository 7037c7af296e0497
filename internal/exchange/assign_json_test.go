package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

func TestAssignKeepsRecordsOfJSON(t *testing.T) {
	for name, c := range map[string]struct {
		file    string
		opts    AssignOptions
		in, out string
		rejects []string // begins of the lines
	}{
		"objects: each as it was, with the answer behind its members": {
			file: "p.ndjson",
			in:   "{\"id\": 1.0, \"lon\":108.005,\"lat\":22.005,\"code\":450105001001001001, \"x\":{\"lat\":[1]} }\r\n\n  {\"lon\":\"108.015\",\"lat\":2.2005e1,\"note\":\"\\u7f51\"}\n{\"lon\":1,\"lat\":1}",
			out: "{\"id\": 1.0, \"lon\":108.005,\"lat\":22.005,\"code\":450105001001001001, \"x\":{\"lat\":[1]} ,\"grid\":\"west\"}\n" +
				"{\"lon\":\"108.015\",\"lat\":2.2005e1,\"note\":\"\\u7f51\",\"grid\":\"east, 2\"}\n{\"lon\":1,\"lat\":1,\"grid\":null}\n",
		},
		"objects: the best name wins, a Chinese one too": {
			file: "p.jsonl",
			in:   "{\"x\":\"no number\",\"经度\":1,\"LON\":108.005,\"纬度\":22.005}\n",
			out:  "{\"x\":\"no number\",\"经度\":1,\"LON\":108.005,\"纬度\":22.005,\"grid\":\"west\"}\n",
		},
		"objects: a datum of their own": {
			file: "p.ndjson", opts: AssignOptions{CRS: "none"},
			in:      "{\"lon\":108.005,\"lat\":22.005,\"crs\":\"wgs84\"}\n{\"lon\":108.005,\"lat\":22.005}\n",
			out:     "{\"lon\":108.005,\"lat\":22.005,\"crs\":\"wgs84\",\"grid\":\"west\"}\n",
			rejects: []string{"2,\"no-crs: field crs"},
		},
		"objects: bad ones are put aside": {
			file: "p.ndjson",
			in: strings.Join([]string{`{"lon":108.005,"lat":22.005}`, `{"lon":NaN,"lat":22}`, `{"lon":-Infinity,"lat":22}`, `{"lon":1e999,"lat":22}`, `{"lat":22}`, `{"lon":null,"lat":22}`,
				`{"lon":"east","lat":22}`, `{"lon":true,"lat":22}`, `{"lon":[108],"lat":22}`, `{"lon":22,"lat":108}`, `{"lon":1,"lon":2,"lat":22}`, `{"lon":108,"lat":22`, `[108,22]`,
				"{\"lon\":108,\"lat\":22,\"a\":\"\xff\"}", `{"lon":108,"lat":22,"grid":"mine"}`, `{"lon":108,"lat":22} {}`, `nonsense`, `{"lon":108.015,"lat":22.005}`}, "\n"),
			out: `{"lon":108.005,"lat":22.005,"grid":"west"}` + "\n" + `{"lon":108.015,"lat":22.005,"grid":"east, 2"}` + "\n",
			rejects: []string{"2,not-finite", "3,not-finite", "4,not-finite", "5,no-coordinate: field lon", "6,no-coordinate", "7,bad-number: field lon: “east”", "8,bad-number", "9,bad-number",
				"10,swapped-axes", "11,duplicate-property", "12,bad-json-row", "13,no-object", "14,\"invalid-utf8", "15,\"column-taken", "16,bad-json-row", "17,no-object"},
		},
		"features: one a line": {
			file: "p.geojsonl", opts: AssignOptions{Distance: true},
			in: `{"type":"Feature","properties":{"a":1},"geometry":{"type":"Point","coordinates":[108.005,22.0000009,87.5]}}` + "\n" +
				`{"geometry":{"type":"MultiPoint","coordinates":[[108.03,22.005]]},"properties":{ },"id":7,"type":"Feature"}` + "\n" +
				`{"type":"Feature","properties": null ,"geometry":{"type":"Point","coordinates":[1,2]}}` + "\n" +
				`{"type":"Feature","geometry":{"type":"Point","coordinates":[108.015,22.005]}}` + "\n",
			out: `{"type":"Feature","properties":{"a":1,"grid":"west","border_m":0.10,"nearest":null,"nearest_m":null},"geometry":{"type":"Point","coordinates":[108.005,22.0000009,87.5]}}` + "\n" +
				`{"geometry":{"type":"MultiPoint","coordinates":[[108.03,22.005]]},"properties":{ "grid":null,"border_m":null,"nearest":"east, 2","nearest_m":1032.59},"id":7,"type":"Feature"}` + "\n" +
				`{"type":"Feature","properties": {"grid":null,"border_m":null,"nearest":"west","nearest_m":12107662.11} ,"geometry":{"type":"Point","coordinates":[1,2]}}` + "\n" +
				`{"type":"Feature","geometry":{"type":"Point","coordinates":[108.015,22.005]},"properties":{"grid":"east, 2","border_m":516.29,"nearest":null,"nearest_m":null}}` + "\n",
		},
		"features: a text sequence, whose texts may have lines": {
			file: "p.geojsons",
			in: "\x1e{\"type\":\"Feature\",\n\"properties\":{},\n\"geometry\":{\"type\":\"Point\",\"coordinates\":[108.005,22.005]}}\n\x1e\x1e{\"type\":\"Feature\",\n\"geom\n" +
				"\x1e{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Point\",\"coordinates\":[108.015,22.005]}}\n",
			out: "\x1e{\"type\":\"Feature\",\n\"properties\":{\"grid\":\"west\"},\n\"geometry\":{\"type\":\"Point\",\"coordinates\":[108.005,22.005]}}\n" +
				"\x1e{\"type\":\"Feature\",\"properties\":{\"grid\":\"east, 2\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[108.015,22.005]}}\n",
			rejects: []string{"4,bad-json-row"},
		},
		"features in a file of the name of objects": {
			file: "p.ndjson",
			in:   `{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[108.005,22.005]}}` + "\n",
			out:  `{"type":"Feature","properties":{"grid":"west"},"geometry":{"type":"Point","coordinates":[108.005,22.005]}}` + "\n",
		},
		"features: bad ones are put aside": {
			file: "p.geojsonl",
			in: strings.Join([]string{`{"type":"Feature","properties":{},"geometry":null}`, `{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[]}}`,
				`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":["108",22]}}`, `{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[NaN,22]}}`,
				`{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]}}`, `{"type":"Feature","properties":[],"geometry":{"type":"Point","coordinates":[1,2]}}`,
				`{"type":"Point","coordinates":[1,2]}`, `{"type":"Feature","properties":{"grid":1},"geometry":{"type":"Point","coordinates":[1,2]}}`,
				`{"type":"Feature","properties":{},"properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}`,
				`{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[108.005,22.005]}}`}, "\n"),
			out:     `{"type":"Feature","properties":{"grid":"west"},"geometry":{"type":"Point","coordinates":[108.005,22.005]}}` + "\n",
			rejects: []string{"1,\"null-geometry", "2,\"empty-geometry", "3,\"bad-coordinates", "4,not-finite", "5,wrong-geometry", "6,bad-properties", "7,not-a-feature", "8,\"column-taken", "9,duplicate-property"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			out, s := assignFile(t, file(t, c.file, c.in), "out"+filepath.Ext(c.file), c.opts)
			if got := content(t, out); got != c.out {
				t.Errorf("wrote\n%s\nwant\n%s", got, c.out)
			}
			if int(s.Rejected) != len(c.rejects) {
				t.Errorf("%+v", s)
			}
			got := rejectsOf(t, s)
			for _, want := range c.rejects {
				if !strings.Contains("\n"+got, "\n"+want) {
					t.Errorf("no reject begins with %q in\n%s", want, got)
				}
			}
		})
	}
}

// The cutter of JSON records gives each byte of text to one record at most, whatever the pieces in which it comes, and goes on at any of them.
func FuzzJSONRecords(f *testing.F) {
	for _, s := range []string{"{}\n{}", "\x1e{}\n\x1e{\"a\":\n1}\n", "\n\n{\r\n", "\x1e\x1e \x1e", "{\"a\":\"\x1e\"}\n"} {
		f.Add([]byte(s), true)
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, text []byte, separated bool) {
		type found struct {
			record
			offset int64
			line   int
		}
		cut := func(r io.Reader, offset int64, line int) (all []found) {
			s := newJSONRecords(r, separated, offset, line)
			for {
				at, n := s.offset(), s.lineAt()
				rec, err := s.next()
				if err == io.EOF {
					return all
				}
				if err != nil {
					t.Fatal(err)
				}
				rec.raw = bytes.Clone(rec.raw)
				all = append(all, found{rec, at, n})
			}
		}
		whole := cut(bytes.NewReader(text), 0, 1)
		pieces := cut(iotest.OneByteReader(bytes.NewReader(text)), 0, 1)
		if !reflect.DeepEqual(whole, pieces) {
			t.Fatalf("%q: %+v, in pieces %+v", text, whole, pieces)
		}
		rest := text
		for i, rec := range whole {
			k := bytes.Index(rest, rec.raw)
			if k < 0 || len(rec.raw) == 0 {
				t.Fatalf("%q is not in %q", rec.raw, rest)
			}
			if line := 1 + bytes.Count(text[:len(text)-len(rest)+k], []byte{'\n'}); line != rec.record.line {
				t.Fatalf("%q lies in line %d, not %d of %q", rec.raw, line, rec.record.line, text)
			}
			rest = rest[k+len(rec.raw):]
			if again := cut(bytes.NewReader(text[rec.offset:]), rec.offset, rec.line); !reflect.DeepEqual(again, whole[i:]) {
				t.Fatalf("from %d of %q: %+v, want %+v", rec.offset, text, again, whole[i:])
			}
		}
	})
}

// Whatever a record holds, it is kept with the answer in it, still JSON, or put aside.
func FuzzAssignJSON(f *testing.F) {
	for _, s := range []string{`{"lon":108.005,"lat":22.005}`, `{"lon":"108","lat":22,"crs":"gcj02"}`, `{"type":"Feature","properties":{"a":[{}]},"geometry":{"type":"Point","coordinates":[108,22]}}`,
		`{"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[108,22,1]}}`, `{"type":"Feature","geometry":{"coordinates":[108,22],"type":"Point"}}`, `{`, `{"lon":1e5,"lat":NaN}`} {
		f.Add([]byte(s))
	}
	net := file(f, "net.geojson", twoSquares)
	open := func(name, first string) *assigner {
		a, err := newAssigner(context.Background(), AssignOptions{Net: net, Points: file(f, name, first), CRS: "wgs84", Distance: true, Out: filepath.Join(f.TempDir(), name)})
		if err != nil {
			f.Fatal(err)
		}
		return a
	}
	both := []*assigner{open("p.ndjson", `{"lon":1,"lat":2}`), open("p.geojsonl", `{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1,2]}}`)}
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, a := range both {
			w := a.newWorker(context.Background(), &textEncoder{rows: a.rowText()})
			b := &block{rows: 1, raw: bytes.Clone(raw), recs: []span{{to: len(raw), line: 1}}}
			if err := w.assign(b); err != nil {
				t.Fatal(err)
			}
			if b.inside+b.outside+b.rejected != 1 || (len(b.out) > 0) == (len(b.rejects) > 0) {
				t.Fatalf("%q: %q %q", raw, b.out, b.rejects)
			}
			if !bytes.Equal(b.raw, raw) {
				t.Fatalf("%q was changed to %q", raw, b.raw)
			}
			if len(b.out) == 0 {
				continue
			}
			var is map[string]any
			if err := json.Unmarshal(b.out, &is); err != nil {
				t.Fatalf("%q became %q: %v", raw, b.out, err)
			}
			if a.shaped {
				is, _ = is["properties"].(map[string]any)
			}
			if _, there := is["grid"]; !there || len(b.out) <= len(raw) {
				t.Fatalf("%q became %q", raw, b.out)
			}
		}
	})
}
