package exchange

import (
	"bytes"
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// twoSquares is a net of the grids west and east, 0.01° each, with their south-west corner at 108, 22.
const twoSquares = `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4490"}},"features":[
{"type":"Feature","properties":{"code":"west","other":1},"geometry":{"type":"Polygon","coordinates":[[[108,22],[108.01,22],[108.01,22.01],[108,22.01],[108,22]]]}},
{"type":"Feature","properties":{"code":"east, 2","other":2},"geometry":{"type":"Polygon","coordinates":[[[108.01,22],[108.02,22],[108.02,22.01],[108.01,22.01],[108.01,22]]]}}]}`

func file(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func content(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAssignKeepsRowsAndAddsTheGrid(t *testing.T) {
	for name, c := range map[string]struct {
		opts    AssignOptions
		in, out string
		rejects string
	}{
		"each row as it was, in order": {
			in: "id,lon,lat,note\n" +
				"1,108.015,22.005,x\n" +
				"2, 108.005 ,22.005,\"two, \"\"lines\"\"\nof text\"\n" +
				"3,\"108.03\",22.005,outside\n",
			out: "id,lon,lat,note,grid\n" +
				"1,108.015,22.005,x,\"east, 2\"\n" +
				"2, 108.005 ,22.005,\"two, \"\"lines\"\"\nof text\",west\n" +
				"3,\"108.03\",22.005,outside,\n",
		},
		"line ends and byte order mark stay": {
			in:  "\uFEFFlon,lat\r\n108.005,22.005\r\n108.015,22.005",
			out: "\uFEFFlon,lat,grid\r\n108.005,22.005,west\r\n108.015,22.005,\"east, 2\"\r\n",
		},
		"the usual headers, Chinese ones too": {
			in:  "编号,经度,纬度\n1,108.005,22.005\n",
			out: "编号,经度,纬度,grid\n1,108.005,22.005,west\n",
		},
		"columns named": {
			opts: AssignOptions{Lon: "E", Lat: "N"},
			in:   "lon,lat,N,E\n1,2,22.005,108.005\n",
			out:  "lon,lat,N,E,grid\n1,2,22.005,108.005,west\n",
		},
		"a tie goes by the rule: east of a border, north of a border, inside at the outer border": {
			in:  "lon,lat\n108.01,22.005\n108.02,22.005\n108,22\n108.01,22.01\n",
			out: "lon,lat,grid\n108.01,22.005,\"east, 2\"\n108.02,22.005,\"east, 2\"\n108,22,west\n108.01,22.01,west\n",
		},
		"tabs": {
			opts: AssignOptions{Comma: '\t'},
			in:   "lon\tlat\n108.015\t22.005\n",
			out:  "lon\tlat\tgrid\n108.015\t22.005\teast, 2\n",
		},
		"distance": {
			opts: AssignOptions{Distance: true},
			in:   "lon,lat\n108.005,22.0000009\n108.03,22.005\n",
			out:  "lon,lat,grid,border_m,nearest,nearest_m\n108.005,22.0000009,west,0.10,,\n108.03,22.005,,,\"east, 2\",1032.59\n",
		},
		"a bad row goes to the rejects and stops nobody": {
			in: "id,lon,lat\n1,108.005,22.005\n2,108°,22\n3,22.005,108.005\n4,108.005\n\n5,\"1\"08.005,22.005\n6,,22.005\n7,108.015,22.005\n",
			out: "id,lon,lat,grid\n1,108.005,22.005,west\n" +
				"7,108.015,22.005,\"east, 2\"\n",
			rejects: "\uFEFFline,reason,row\n" +
				"3,bad-number: field lon: “108°” is not a number.,\"2,108°,22\"\n" +
				"4,swapped-axes: Longitude and latitude are swapped: longitude 22.005 and latitude 108.005 were read. Longitude comes first; exchange the columns (or --lon and --lat).,\"3,22.005,108.005\"\n" +
				"5,\"field-count: The row has 2 columns, the header 3.\",\"4,108.005\"\n" +
				"7,\"bad-quote: A quotation mark is out of place: a quoted cell is quoted as a whole, and quotation marks in it are doubled.\",\"5,\"\"1\"\"08.005,22.005\"\n" +
				"8,no-coordinate: field lon: The coordinate is empty.,\"6,,22.005\"\n",
		},
		"a datum of its own in each row": {
			opts: AssignOptions{CRS: "none"},
			in:   "lon,lat,crs\n108.005,22.005,wgs84\n108.005,22.005,CGCS2000\n108.005,22.005,mars\n",
			out:  "lon,lat,crs,grid\n108.005,22.005,wgs84,west\n108.005,22.005,CGCS2000,west\n",
			rejects: "\uFEFFline,reason,row\n" +
				"4,\"unknown-crs: field crs: The datum mars is unknown. Choose one of: cgcs2000, wgs84, gcj02, bd09.\",\"108.005,22.005,mars\"\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := c.opts
			switch o.CRS {
			case "":
				o.CRS = "wgs84"
			case "none":
				o.CRS = ""
			}
			o.Net, o.Points, o.Lang = file(t, "net.geojson", twoSquares), file(t, "points.csv", c.in), fault.English
			o.Out = filepath.Join(t.TempDir(), "out.csv")
			s, err := Assign(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if got := content(t, o.Out); got != c.out {
				t.Errorf("wrote\n%s\nwant\n%s", got, c.out)
			}
			if (s.RejectsFile != "") != (c.rejects != "") || s.Rows != s.Inside+s.Outside+s.Rejected {
				t.Errorf("%+v", s)
			}
			if c.rejects != "" {
				if got := content(t, s.RejectsFile); got != c.rejects {
					t.Errorf("rejected\n%s\nwant\n%s", got, c.rejects)
				}
			}
			left, err := filepath.Glob(filepath.Join(filepath.Dir(o.Out), "*"))
			if want := 1 + min(len(c.rejects), 1); err != nil || len(left) != want {
				t.Errorf("files left: %v", left)
			}
		})
	}
}

func TestAssignRefusesBeforeItWrites(t *testing.T) {
	points := "lon,lat\n108.005,22.005\n"
	overlapping := strings.NewReplacer("[[[108.01,22]", "[[[108.009,22]", "[108.01,22]]]", "[108.009,22]]]").Replace(twoSquares)
	for name, c := range map[string]struct {
		opts   AssignOptions
		net    string
		points string
		rule   string
		kind   fault.Kind
		says   string
	}{
		"no datum":                   {AssignOptions{CRS: "none"}, twoSquares, points, "no-crs", fault.Usage, "cgcs2000, wgs84, gcj02, bd09"},
		"a net with an overlap":      {AssignOptions{}, overlapping, points, "unclean-net", fault.Invalid, "overlap"},
		"a net with a code twice":    {AssignOptions{}, strings.Replace(twoSquares, "east, 2", "west", 1), points, "duplicate-code", fault.Invalid, "west"},
		"a net without codes":        {AssignOptions{CodeField: "GEOID"}, twoSquares, points, "field-missing", fault.Invalid, "code, other"},
		"a net in another datum":     {AssignOptions{NetCRS: "gcj02"}, twoSquares, points, "crs-contradiction", fault.Usage, "EPSG:4490"},
		"a column that is taken":     {AssignOptions{}, twoSquares, "lon,lat,grid\n1,2,3\n", "column-taken", fault.Invalid, "grid"},
		"a quotation never closed":   {AssignOptions{}, twoSquares, "lon,lat\n108.005,22.005\n\"1,2\n", "unclosed-quote", fault.Invalid, "line 3"},
		"a table without longitudes": {AssignOptions{}, twoSquares, "x1,lat\n1,2\n", "field-missing", fault.Invalid, "lon"},
	} {
		t.Run(name, func(t *testing.T) {
			o := c.opts
			switch o.CRS {
			case "":
				o.CRS = "wgs84"
			case "none":
				o.CRS = ""
			}
			o.Net, o.Points, o.Out = file(t, "net.geojson", c.net), file(t, "points.csv", c.points), filepath.Join(t.TempDir(), "out.csv")
			_, err := Assign(t.Context(), o)
			f := fault.From(err)
			if f == nil || f.Rule != c.rule || f.Kind != c.kind || !strings.Contains(f.Sentence(fault.English), c.says) {
				t.Errorf("%v, want rule %s that says %q", err, c.rule, c.says)
			}
			if left, err := filepath.Glob(o.Out + "*"); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
	t.Run("the output is the input", func(t *testing.T) {
		path := file(t, "points.csv", points)
		_, err := Assign(t.Context(), AssignOptions{Net: file(t, "net.geojson", twoSquares), Points: path, CRS: "wgs84", Out: path})
		if f := fault.From(err); f == nil || f.Rule != "same-file" || content(t, path) != points {
			t.Errorf("%v", err)
		}
	})
}

func TestAssignAcceptsANetWithAHole(t *testing.T) {
	ring := strings.Replace(twoSquares, "[[[108.01,22],[108.02,22],[108.02,22.01],[108.01,22.01],[108.01,22]]]",
		"[[[108.01,22],[108.02,22],[108.02,22.01],[108.01,22.01],[108.01,22]],[[108.014,22.004],[108.014,22.006],[108.016,22.006],[108.016,22.004],[108.014,22.004]]]", 1)
	o := AssignOptions{Net: file(t, "net.geojson", ring), Points: file(t, "p.csv", "lon,lat\n108.015,22.005\n108.012,22.005\n"), CRS: "wgs84", Out: filepath.Join(t.TempDir(), "o.csv")}
	s, err := Assign(t.Context(), o)
	if err != nil || s.Net.Holes != 1 || s.Inside != 1 || s.Outside != 1 {
		t.Errorf("%+v: %v", s, err)
	}
}

func TestAssignDecodesDeclaredText(t *testing.T) {
	in, err := simplifiedchinese.GBK.NewEncoder().String("名称,经度,纬度\n江南区,108.005,22.005\n")
	if err != nil {
		t.Fatal(err)
	}
	o := AssignOptions{Net: file(t, "net.geojson", twoSquares), Points: file(t, "p.csv", in+"\xff\xff,108.005,22.005\n"), CRS: "wgs84", Encoding: "gbk", Out: filepath.Join(t.TempDir(), "o.csv")}
	s, err := Assign(t.Context(), o)
	if err != nil || s.Rejected != 1 || content(t, o.Out) != "\uFEFF名称,经度,纬度,grid\n江南区,108.005,22.005,west\n" {
		t.Errorf("%+v %v: %q", s, err, content(t, o.Out))
	}
}

// Points in any datum, and in a projection, find the grid of the place that they mean.
func TestAssignInEveryDatum(t *testing.T) {
	places := []geo.Point{{X: 1080050000, Y: 220050000}, {X: 1080150000, Y: 220050000}, {X: 1080100100, Y: 220020000}, {X: 1080099900, Y: 220020000}, {X: 1080250000, Y: 220050000}}
	want := []string{"west", "east, 2", "east, 2", "west", ""}
	check := func(t *testing.T, name string, coords [][2]float64) {
		in := "lon,lat\n"
		for _, c := range coords {
			in += strconv.FormatFloat(c[0], 'f', -1, 64) + "," + strconv.FormatFloat(c[1], 'f', -1, 64) + "\n"
		}
		o := AssignOptions{Net: file(t, "net.geojson", twoSquares), Points: file(t, "p.csv", in), CRS: name, Out: filepath.Join(t.TempDir(), "o.csv")}
		if _, err := Assign(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		if got := column(t, o.Out, "grid"); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for _, d := range []crs.Datum{crs.CGCS2000, crs.WGS84, crs.GCJ02, crs.BD09} {
		var coords [][2]float64
		for _, p := range places {
			lon, lat := crs.FromCGCS2000(d, p.Lon(), p.Lat())
			coords = append(coords, [2]float64{lon, lat})
		}
		check(t, d.String(), coords)
	}
	// Gauss-Krüger, central meridian 108° E, on GRS 80, by the series of Krüger (1912) to the third order in n.
	var coords [][2]float64
	for _, p := range places {
		e, n := gaussKrueger(p.Lon()-108, p.Lat())
		coords = append(coords, [2]float64{500000 + e, n})
	}
	check(t, "EPSG:4545", coords)
}

// gaussKrueger gives metres east of the central meridian and north of the equator.
func gaussKrueger(dlon, lat float64) (e, n float64) {
	const a, f = 6378137, 1 / 298.257222101
	const third = f / (2 - f)
	rad := math.Pi / 180
	s := math.Sin(lat * rad)
	c := 2 * math.Sqrt(third) / (1 + third)
	tau := math.Sinh(math.Atanh(s) - c*math.Atanh(c*s))
	xi, eta := math.Atan2(tau, math.Cos(dlon*rad)), math.Atanh(math.Sin(dlon*rad)/math.Sqrt(1+tau*tau))
	radius := a / (1 + third) * (1 + third*third/4 + third*third*third*third/64)
	alpha := [3]float64{third/2 - 2*third*third/3 + 5*third*third*third/16, 13*third*third/48 - 3*third*third*third/5, 61 * third * third * third / 240}
	n, e = xi, eta
	for j, al := range alpha {
		k := 2 * float64(j+1)
		n += al * math.Sin(k*xi) * math.Cosh(k*eta)
		e += al * math.Cos(k*xi) * math.Sinh(k*eta)
	}
	return radius * e, radius * n
}

func column(t testing.TB, path, name string) (cells []string) {
	t.Helper()
	recs, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(content(t, path), "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.Index(recs[0], name)
	for _, r := range recs[1:] {
		cells = append(cells, r[i])
	}
	return cells
}

// Whatever the rows hold, the output without its last column is the accepted rows, and every row is in exactly one file.
func TestAssignLosesNothing(t *testing.T) {
	net := file(t, "net.geojson", twoSquares)
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.OneOf(rapid.StringMatching(`[a-z",\n\r 网]{0,5}`), rapid.SampledFrom([]string{"108.005", "22.005", "NaN", "-1e9", "108.0150"}))
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 3), 1, 12).Draw(t, "rows")
		in := []byte("id,lon,lat\n")
		for _, r := range rows {
			for i, c := range r {
				if i > 0 {
					in = append(in, ',')
				}
				in = appendCell(in, []byte(c), ',')
			}
			in = append(in, '\n')
		}
		dir, err := os.MkdirTemp("", "assign")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		o := AssignOptions{Net: net, CRS: "wgs84", Points: filepath.Join(dir, "p.csv"), Out: filepath.Join(dir, "o.csv")}
		if err := os.WriteFile(o.Points, in, 0o666); err != nil {
			t.Fatal(err)
		}
		s, err := Assign(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := encodingCSV(in)
		b, err := os.ReadFile(o.Out)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := encodingCSV(b)
		next := 1
		for _, r := range got[1:] {
			for next < len(want) && !slices.Equal(want[next], r[:3]) {
				next++
			}
			if next++; next > len(want) {
				t.Fatalf("row %q is not in the input, or not in its order", r)
			}
		}
		if int(s.Inside+s.Outside) != len(got)-1 || int(s.Rows) != len(want)-1 {
			t.Fatalf("%+v for %d rows, %d written", s, len(want)-1, len(got)-1)
		}
	})
}

// The memory in use does not grow with the number of points.
func TestAssignMemoryIsFlat(t *testing.T) {
	net := checkerboard(t, 5)
	peak := func(rows int) uint64 {
		points, _ := manyPoints(t, rows, 5)
		var most atomic.Uint64
		o := AssignOptions{Net: net, Points: points, CRS: "wgs84", Out: filepath.Join(t.TempDir(), "o.csv")}
		n := 0
		o.Progress = func(AssignProgress) {
			if n++; n%8 == 0 {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most.Store(max(most.Load(), m.HeapAlloc))
			}
		}
		if _, err := Assign(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		return most.Load()
	}
	small, large := peak(100_000), peak(1_000_000)
	if large > small+16<<20 {
		t.Errorf("%d MB for 100,000 rows, %d MB for 1,000,000", small>>20, large>>20)
	}
}

func FuzzAssignRow(f *testing.F) {
	for _, row := range []string{"1,108.005,22.005", `"a""b",108,22`, `1,"108.005","22"`, "a\"b,1,2", "1,2", "\xff,108.005,22.005", ",,,", "1,1e400,0x1p4"} {
		f.Add([]byte(row))
	}
	net, points := file(f, "net.geojson", twoSquares), file(f, "p.csv", "id,lon,lat\n")
	a, err := newAssigner(context.Background(), AssignOptions{Net: net, Points: points, CRS: "gcj02", NetCRS: "cgcs2000", Distance: true, Out: filepath.Join(f.TempDir(), "o.csv")})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, row []byte) {
		w := a.newWorker(context.Background(), &textEncoder{rows: a.rowText()})
		b := &block{rows: 1, raw: row, recs: []span{{to: len(row), line: 1, quotes: bytes.IndexByte(row, '"') >= 0}}}
		if err := w.assign(b); err != nil {
			t.Fatal(err)
		}
		if b.inside+b.outside+b.rejected != 1 || (len(b.out) > 0) == (len(b.rejects) > 0) {
			t.Fatalf("%q: %q %q", row, b.out, b.rejects)
		}
		if len(b.out) > 0 && !bytes.HasPrefix(b.out, row) {
			t.Fatalf("%q became %q", row, b.out)
		}
	})
}
