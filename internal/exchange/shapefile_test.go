package exchange

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/paulmach/orb"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/zhuwang/zhuwang/geo"
)

// testShapefile is a shapefile to be written for a test: one polygon and one name a row.
type testShapefile struct {
	rings  []orb.Ring // a nil ring is a null shape
	names  []string
	height float64 // of the last shape's vertices; a shapefile of type PolygonZ if it is not 0
	gbk    bool    // names in GBK, else UTF-8
	cpg    string  // content of the .cpg file; "" is none
	prj    string
}

const prj4490 = `GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]`

// square is a ring of 0.001° with its south-west corner at (x, y), clockwise as shapefiles have it.
func square(x, y float64) orb.Ring {
	const d = 0.001
	return orb.Ring{{x, y}, {x, y + d}, {x + d, y + d}, {x + d, y}, {x, y}}
}

// files are the parts by extension.
func (s testShapefile) files() map[string][]byte {
	shape, le := uint32(5), binary.LittleEndian
	if s.height != 0 {
		shape = 15
	}
	var shp, shx bytes.Buffer
	for i, ring := range s.rings {
		var c bytes.Buffer
		put := func(values ...any) {
			for _, v := range values {
				binary.Write(&c, le, v)
			}
		}
		if ring == nil {
			put(uint32(0))
		} else {
			b := ring.Bound()
			put(shape, b.Min[0], b.Min[1], b.Max[0], b.Max[1], uint32(1), uint32(len(ring)), uint32(0))
			for _, p := range ring {
				put(p[0], p[1])
			}
			if shape == 15 {
				z := 0.0
				if i == len(s.rings)-1 {
					z = s.height
				}
				put(z, z)
				for range ring {
					put(z)
				}
			}
		}
		binary.Write(&shx, binary.BigEndian, []uint32{uint32(50 + shp.Len()/2), uint32(c.Len() / 2)})
		binary.Write(&shp, binary.BigEndian, []uint32{uint32(i + 1), uint32(c.Len() / 2)})
		shp.Write(c.Bytes())
	}
	head := func(body []byte) []byte {
		h := make([]byte, 100)
		binary.BigEndian.PutUint32(h, 9994)
		binary.BigEndian.PutUint32(h[24:], uint32((100+len(body))/2))
		le.PutUint32(h[28:], 1000)
		le.PutUint32(h[32:], shape)
		for i, v := range []float64{107, 22, 109, 23} {
			le.PutUint64(h[36+8*i:], math.Float64bits(v))
		}
		return append(h, body...)
	}
	const width = 30
	dbf := make([]byte, 65)
	dbf[0], dbf[64] = 3, 0x0D
	le.PutUint32(dbf[4:], uint32(len(s.rings)))
	le.PutUint16(dbf[8:], 65)
	le.PutUint16(dbf[10:], 1+width)
	copy(dbf[32:], "NAME\x00\x00\x00\x00\x00\x00\x00C")
	dbf[48] = width
	for _, name := range s.names {
		text := []byte(name)
		if s.gbk {
			text, _ = simplifiedchinese.GBK.NewEncoder().Bytes(text)
		}
		dbf = append(append(dbf, ' '), text...)
		dbf = append(dbf, bytes.Repeat([]byte{' '}, width-len(text))...)
	}
	files := map[string][]byte{".shp": head(shp.Bytes()), ".shx": head(shx.Bytes()), ".dbf": append(dbf, 0x1A)}
	if s.cpg != "" {
		files[".cpg"] = []byte(s.cpg)
	}
	if s.prj != "" {
		files[".prj"] = []byte(s.prj)
	}
	return files
}

// writeParts writes the parts beside each other and returns the path of the .shp file.
func writeParts(t testing.TB, stem string, files map[string][]byte) string {
	t.Helper()
	for ext, b := range files {
		if err := os.WriteFile(stem+ext, b, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return stem + ".shp"
}

// writeZip packs files by name.
func writeZip(t testing.TB, path string, files map[string][]byte) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func twoGrids() testShapefile {
	return testShapefile{rings: []orb.Ring{square(108.3, 22.8), square(108.301, 22.8)}, names: []string{"江南区第一网格", "second"}, gbk: true, cpg: "GBK", prj: prj4490}
}

func TestShapefileInGBK(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		change func(*testShapefile)
		opts   Options
	}{
		"a .cpg file that says GBK":           {func(s *testShapefile) {}, Options{}},
		"a .cpg file that says 936":           {func(s *testShapefile) { s.cpg = "936" }, Options{}},
		"no .cpg file, but --encoding":        {func(s *testShapefile) { s.cpg = "" }, Options{Encoding: "gbk"}},
		"a wrong .cpg file, but --encoding":   {func(s *testShapefile) { s.cpg = "UTF-8" }, Options{Encoding: "gb18030"}},
		"UTF-8 and a .cpg file that says so":  {func(s *testShapefile) { s.gbk, s.cpg = false, "UTF-8" }, Options{}},
		"UTF-8, no .cpg file, but --encoding": {func(s *testShapefile) { s.gbk, s.cpg = false, "" }, Options{Encoding: "utf-8"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := twoGrids()
			c.change(&s)
			path := writeParts(t, filepath.Join(t.TempDir(), "网格"), s.files())
			rows := mustRead(t, path, c.opts)
			if got, _ := rows[0].Get("NAME"); got != "江南区第一网格" || len(rows) != 2 {
				t.Errorf("%d rows, the first is called %q", len(rows), got)
			}
			shape, _, err := rows[1].Shape()
			if want, _, _ := geo.FromOrb(orb.Polygon{square(108.301, 22.8)}); err != nil || !reflect.DeepEqual(geo.Normalize(shape), geo.Normalize(want)) {
				t.Errorf("second shape is %v, error %v", shape, err)
			}
		})
	}
	t.Run("a code page in the table", func(t *testing.T) {
		s := twoGrids()
		s.cpg = ""
		files := s.files()
		files[".dbf"][29] = 0x4D
		if got, _ := mustRead(t, writeParts(t, filepath.Join(dir, "ldid"), files), Options{})[0].Get("NAME"); got != "江南区第一网格" {
			t.Errorf("the first row is called %q", got)
		}
	})
	t.Run("in an archive, in a folder, with Chinese names", func(t *testing.T) {
		files := map[string][]byte{}
		for ext, b := range twoGrids().files() {
			files["江南区/网格"+ext] = b
		}
		path := writeZip(t, filepath.Join(dir, "一.zip"), files)
		if got, _ := mustRead(t, path, Options{})[0].Get("NAME"); got != "江南区第一网格" {
			t.Errorf("the first row is called %q", got)
		}
	})
	t.Run("in an archive with names in UTF-8 that are not marked so", func(t *testing.T) {
		files := map[string][]byte{}
		for ext, b := range twoGrids().files() {
			files["网格"+ext] = b
		}
		path := writeZip(t, filepath.Join(dir, "三.zip"), files)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, head := range []struct {
			signature string
			flags     int
		}{{"PK\x03\x04", 6}, {"PK\x01\x02", 8}} { // the mark is bit 11 of the flags in both heads of a file
			for at := bytes.Index(b, []byte(head.signature)); at >= 0; {
				b[at+head.flags+1] &^= 0x08
				next := bytes.Index(b[at+4:], []byte(head.signature))
				if next < 0 {
					break
				}
				at += 4 + next
			}
		}
		if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
		if got, _ := mustRead(t, path, Options{})[0].Get("NAME"); got != "江南区第一网格" {
			t.Errorf("the first row is called %q", got)
		}
	})
	t.Run("in an archive with names in GBK", func(t *testing.T) {
		files := map[string][]byte{}
		for ext, b := range twoGrids().files() {
			name, err := simplifiedchinese.GBK.NewEncoder().String("网格" + ext)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = b
		}
		path := writeZip(t, filepath.Join(dir, "二.zip"), files)
		if got, _ := mustRead(t, path, Options{Layer: "网格"})[0].Get("NAME"); got != "江南区第一网格" {
			t.Errorf("the first row is called %q", got)
		}
	})
}
