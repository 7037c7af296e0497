package app

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/demo"
	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/store"
	"github.com/zhuwang/zhuwang/internal/testkit"
)

// onDemo gives the commands of a test a database with the model district, whose first grids have a source id and parts, and its net.
func onDemo(t *testing.T) *grid.Net {
	t.Helper()
	onDatabase(t)
	d := demo.Generate(1)
	d.Buildings = d.Buildings[:3000]
	for i := range d.Net.Grids {
		if i%3 == 0 {
			d.Net.Grids[i].SourceID = fmt.Sprintf("江南-%03d", i)
		}
	}
	d.Net.Towns[0].SourceID = "T1"
	onStore(t, func(ctx context.Context, s *store.Store) {
		testkit.PutBase(t, s, d.Net.District.Code, d.Base)
		testkit.PutBuildings(t, s, d.Net.District.Code, d.Buildings)
		service := grid.Service{Store: s}
		if _, _, err := service.Publish(ctx, grid.Publication{Net: d.Net, By: "test"}); err != nil {
			t.Fatal(err)
		}
	})
	return d.Net
}

// onStore opens the store of the test's database.
func onStore(t *testing.T, do func(context.Context, *store.Store)) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: os.Getenv("ZHUWANG_DATABASE_URL")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	do(t.Context(), s)
}

// storedNet is a release as the database has it.
func storedNet(t *testing.T, release int) (n *grid.Net) {
	t.Helper()
	onStore(t, func(ctx context.Context, s *store.Store) {
		var err error
		if n, _, err = s.Net(ctx, "450105", release); err != nil {
			t.Fatal(err)
		}
	})
	return n
}

// done runs a command that must end well.
func done(t *testing.T, args ...string) result {
	t.Helper()
	r := zhuwang(t, args...)
	if r.code != exitDone {
		t.Fatalf("%q: %+v", args, r)
	}
	return r
}

// The model district goes out and comes back.
func TestExport(t *testing.T) {
	was := onDemo(t)
	t.Run("the same net", func(t *testing.T) { sameNet(t, was) })
	t.Run("what lies in it", sameContents)
	t.Run("tables", func(t *testing.T) { importedTables(t, was) })
	t.Run("GDAL", func(t *testing.T) { readByGDAL(t, was) })
	t.Run("tiles", mapAsTiles)
}

// What is exported and imported again, into an empty database, is the same net: the same sheets by their hashes, which cover shapes, codes, names, kinds,
// categories, source ids and parts; and the same divisions with their names and source ids. No file needs --crs to be read.
func sameNet(t *testing.T, was *grid.Net) {
	for _, c := range []struct {
		name, suffix string
		flags        []string
	}{
		{"GeoPackage", "gpkg", nil},
		{"GeoJSON", "geojson", nil},
		{"Shapefile in GBK", "shp", nil},
		{"GeoPackage in GCJ-02", "gpkg", []string{"--crs", "gcj02"}},
		{"Shapefile in BD-09", "shp", []string{"--crs", "bd09"}},
		{"GeoPackage in metres", "gpkg", []string{"--crs", "EPSG:4545"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file := func(name string) string { return filepath.Join(dir, name+"."+c.suffix) }
			done(t, append([]string{"export", "net", "-o", file("net")}, c.flags...)...)
			for _, level := range []string{"town", "community"} {
				done(t, append([]string{"export", "divisions", "--level", level, "-o", file(level)}, c.flags...)...)
			}
			left, err := filepath.Glob(filepath.Join(dir, ".*"))
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
			onDatabase(t)
			done(t, "import", "net", file("net"), "--district", "450105", "--district-name", was.District.Name, "--community", file("community"), "--town", file("town"), "--yes")
			is := storedNet(t, 1)
			sameSheets(t, was, is)
			for i, list := range [][2][]grid.Division{{was.Towns, is.Towns}, {was.Communities, is.Communities}} {
				if !slices.EqualFunc(list[0], list[1], func(a, b grid.Division) bool {
					return a.Code == b.Code && a.Name == b.Name && a.SourceID == b.SourceID
				}) {
					t.Errorf("other divisions at level %d", i)
				}
			}
		})
	}
}

// contents are the buildings and base features of the district, but for the file that they came from.
func contents(t *testing.T) (buildings []grid.Building, features []grid.Feature) {
	t.Helper()
	onStore(t, func(ctx context.Context, s *store.Store) {
		for b, err := range s.Buildings(ctx, "450105") {
			if err != nil {
				t.Fatal(err)
			}
			b.Source, b.Footprint = "", geo.Normalize(b.Footprint)
			buildings = append(buildings, b)
		}
		for f, err := range s.Base(ctx, "450105") {
			if err != nil {
				t.Fatal(err)
			}
			f.Source, f.Shape = "", geo.Normalize(f.Shape)
			features = append(features, f)
		}
	})
	return buildings, features
}

// Buildings, with their entrances, codes and figures, and the features of the base map come back as they went out.
func sameContents(t *testing.T) {
	wasBuildings, wasFeatures := contents(t)
	dir := t.TempDir()
	net, buildings, base := filepath.Join(dir, "net.gpkg"), filepath.Join(dir, "buildings.shp"), filepath.Join(dir, "base.gpkg")
	done(t, "export", "net", "-o", net)
	done(t, "export", "buildings", "-o", buildings, "--crs", "gcj02")
	done(t, "export", "base", "-o", base)
	onDatabase(t)
	done(t, "import", "net", net, "--district", "450105", "--yes")
	done(t, "import", "buildings", buildings, "--district", "450105", "--field", "lon=lon,lat=lat", "--yes")
	for _, layer := range []string{"block", "bridge", "street", "water"} {
		done(t, "import", "base", base, "--layer", layer, "--as", layer, "--district", "450105", "--yes")
	}
	isBuildings, isFeatures := contents(t)
	if len(wasBuildings) != len(isBuildings) || len(wasFeatures) != len(isFeatures) {
		t.Fatalf("%d buildings became %d, %d features %d", len(wasBuildings), len(isBuildings), len(wasFeatures), len(isFeatures))
	}
	for i := range wasBuildings {
		if diff := cmp.Diff(wasBuildings[i], isBuildings[i]); diff != "" {
			t.Fatalf("building %d: %s", i, diff)
		}
	}
	for i := range wasFeatures {
		if diff := cmp.Diff(wasFeatures[i], isFeatures[i]); diff != "" {
			t.Fatalf("feature %d: %s", i, diff)
		}
	}
}

func sameSheets(t *testing.T, was, is *grid.Net) {
	t.Helper()
	a, b := was.Sheets(), is.Sheets()
	if len(a) == 0 || !slices.EqualFunc(a, b, func(x, y grid.Sheet) bool { return x.Community == y.Community && x.Hash == y.Hash }) {
		t.Errorf("%d sheets became others: %d", len(a), len(b))
	}
}

// The tables of an export are those that imports read: names of divisions, and attributes of grids joined to shapes by their codes.
func importedTables(t *testing.T, was *grid.Net) {
	dir := t.TempDir()
	for _, suffix := range []string{"xlsx", "csv"} {
		t.Run(suffix, func(t *testing.T) {
			divisions, attributes, net := filepath.Join(dir, "divisions."+suffix), filepath.Join(dir, "net."+suffix), filepath.Join(dir, suffix+".geojson")
			done(t, "export", "divisions", "-o", divisions)
			done(t, "export", "net", "-o", attributes)
			done(t, "export", "net", "-o", net)
			b, err := os.ReadFile(net)
			if err != nil {
				t.Fatal(err)
			}
			b = regexp.MustCompile(`("code":"\d+","name":")[^"]*","kind":"[^"]*","category":"[^"]*"`).ReplaceAll(b, []byte(`${1}旧名"`))
			if err := os.WriteFile(net, b, 0o644); err != nil {
				t.Fatal(err)
			}
			onDatabase(t)
			done(t, "import", "divisions", divisions)
			done(t, "import", "net", net, "--district", "450105", "--attributes", attributes, "--yes")
			is := storedNet(t, 1)
			sameSheets(t, was, is)
			if is.District.Name != was.District.Name || is.Communities[7].Name != was.Communities[7].Name {
				t.Errorf("named %s, %s", is.District.Name, is.Communities[7].Name)
			}
		})
	}
}

// A file in GCJ-02 comes out in WGS 84 where it was before somebody shifted it, to less than two centimetres; any past release comes out
// as it was.
func TestShiftedThereAndBack(t *testing.T) {
	onDatabase(t)
	dir := t.TempDir()
	truth := writeNet(t, "AAB\nDDE")
	done(t, importNet(truth, "--yes")...)
	shifted, back := filepath.Join(dir, "gcj.geojson"), filepath.Join(dir, "wgs.geojson")
	done(t, "export", "net", "-o", shifted, "--crs", "gcj02")
	b, err := os.ReadFile(shifted)
	if err != nil {
		t.Fatal(err)
	}
	if bare := strings.Replace(string(b), `"crs"`, `"said"`, 1); bare == string(b) {
		t.Fatal("the file states no CRS")
	} else if err := os.WriteFile(shifted, []byte(bare), 0o644); err != nil {
		t.Fatal(err)
	}
	before := storedNet(t, 1)
	onDatabase(t)
	if r := zhuwang(t, "import", "net", shifted, "--district", "450105", "--yes"); r.code != exitUsage || !strings.Contains(r.err, "[no-crs]") {
		t.Errorf("a file that states no CRS: %+v", r)
	}
	done(t, "import", "net", shifted, "--district", "450105", "--crs", "gcj02", "--yes")
	done(t, "export", "net", "-o", back, "--crs", "wgs84")
	for i, g := range readShapes(t, back) {
		for j, p := range g[0][0] {
			if d := geo.Distance(p, before.Grids[i].Shape[0][0][j]); d > 0.02 {
				t.Errorf("grid %d: vertex %d is %.3f m away", i, j, d)
			}
		}
	}
}

// readShapes reads the shapes of an exported GeoJSON file, normalized.
func readShapes(t *testing.T, path string) (shapes []geo.MultiPolygon) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Features []struct {
			Geometry struct{ Coordinates [][][2]float64 }
		}
	}
	if err := json.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	for _, f := range c.Features {
		var ring geo.Ring
		for _, p := range f.Geometry.Coordinates[0] {
			q, _ := geo.FromDegrees(p[0], p[1])
			ring = append(ring, q)
		}
		shapes = append(shapes, geo.Normalize(geo.MultiPolygon{{ring[:len(ring)-1]}}))
	}
	return shapes
}

// Releases of the past, with a grid in two parts, are exported by their number or by a moment.
func TestPastReleasesAreExported(t *testing.T) {
	onDatabase(t)
	dir := t.TempDir()
	done(t, importNet(writeNet(t, "AAB\nDED"), "--yes", "--valid-from", "2026-01-01")...)
	done(t, importNet(writeNet(t, "ABB\nDED"), "--yes", "--valid-from", "2026-02-01")...)
	for _, c := range []struct {
		flags   []string
		release int
	}{
		{nil, 2}, {[]string{"--release", "1"}, 1}, {[]string{"--at", "2026-01-15"}, 1}, {[]string{"--at", "2026-02-15"}, 2},
	} {
		file := filepath.Join(dir, strings.Join(c.flags, "")+"x.gpkg")
		var said struct{ Release int }
		r := done(t, append([]string{"export", "net", "-o", file, "--json"}, c.flags...)...)
		if err := json.Unmarshal([]byte(r.out), &said); err != nil || said.Release != c.release {
			t.Errorf("%q: %v %s", c.flags, err, r.out)
		}
		release := said.Release
		want := storedNet(t, release)
		url := os.Getenv("ZHUWANG_DATABASE_URL")
		t.Setenv("ZHUWANG_DATABASE_URL", testkit.DB(t))
		done(t, "import", "net", file, "--district", "450105", "--yes")
		sameSheets(t, want, storedNet(t, 1))
		if !slices.ContainsFunc(want.Grids, func(g grid.Face) bool { return g.Parts == 2 }) {
			t.Error("no grid is in two parts")
		}
		t.Setenv("ZHUWANG_DATABASE_URL", url)
	}
}

// GDAL, which QGIS reads with, finds the Chinese names of an export as they are, its layers, and the system that it states.
func readByGDAL(t *testing.T, was *grid.Net) {
	dir := t.TempDir()
	for _, c := range []struct {
		file  string
		args  []string
		layer string
		want  []string
	}{
		{"net.gpkg", []string{"net"}, "net", []string{"Feature Count: 418", "Geometry: Multi Polygon", `ID["EPSG",4490]`, was.Grids[5].Name, "parts: Integer"}},
		{"net.shp", []string{"net"}, "net", []string{"Feature Count: 418", `ID["EPSG",4490]`, was.Grids[5].Name, "parts: Integer"}},
		{"net.geojson", []string{"net"}, "net", []string{"Feature Count: 418", `ID["EPSG",4490]`, was.Grids[5].Name}},
		{"zone.shp", []string{"net", "--crs", "EPSG:4545"}, "zone", []string{"Feature Count: 418", `ID["EPSG",4545]`}},
		{"gcj.geojson", []string{"net", "--crs", "gcj02"}, "net", []string{`ENGCRS["GCJ-02"`}},
		{"gcj.gpkg", []string{"net", "--crs", "gcj02"}, "net", []string{`ENGCRS["GCJ-02"`}},
		{"gcj.shp", []string{"net", "--crs", "gcj02"}, "gcj", []string{`ENGCRS["GCJ-02"`}},
		{"buildings.gpkg", []string{"buildings"}, "buildings", []string{"Feature Count: 3000", "households: Integer"}},
		{"buildings.shp", []string{"buildings"}, "buildings", []string{"Feature Count: 3000", "Geometry: Polygon"}},
		{"base.gpkg", []string{"base"}, "street", []string{"Geometry: Multi Line String"}},
		{"base.shp", []string{"base"}, "base_block", []string{"Geometry: Polygon"}},
	} {
		t.Run(strings.Join(append(c.args, c.file), " "), func(t *testing.T) {
			path := filepath.Join(dir, c.file)
			r := done(t, append([]string{"export", "-o", path}, c.args...)...)
			if c.file == "base.shp" {
				path = filepath.Join(dir, "base_block.shp")
				if !strings.Contains(r.err, "base_water_line.shp") {
					t.Errorf("said %s", r.err)
				}
			}
			if strings.HasSuffix(path, ".shp") {
				if cpg, err := os.ReadFile(strings.TrimSuffix(path, ".shp") + ".cpg"); err != nil || string(cpg) != "GBK" {
					t.Errorf("%v %s", err, cpg)
				}
			}
			out, err := exec.CommandContext(t.Context(), "ogrinfo", "-ro", "-al", "-geom=NO", path, c.layer).CombinedOutput()
			if err != nil || strings.Contains(string(out), "ERROR") || strings.Contains(string(out), "Warning") {
				t.Fatalf("%v: %.2000s", err, out)
			}
			for _, want := range c.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("%s lacks %q: %.1500s", c.file, want, out)
				}
			}
		})
	}
}

// A file that is there stays as it is unless it is to be replaced; what cannot be written is said, and leaves nothing.
func TestWhatIsNotExported(t *testing.T) {
	onDatabase(t)
	long := strings.Repeat("长", 128)
	b, err := os.ReadFile(writeNet(t, "AB"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	net := filepath.Join(dir, "named.json")
	text := strings.Replace(strings.Replace(string(b), `"id":"A"`, `"id":"A","name":"`+long+`"`, 1), `"id":"B"`, `"id":"B","name":"𠮷网格"`, 1)
	if err := os.WriteFile(net, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	done(t, importNet(net, "--yes")...)
	there := filepath.Join(dir, "there.geojson")
	if err := os.WriteFile(there, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"part.dbf", "there.pmtiles"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, rule string
		args       []string
		code       int
	}{
		{"a file that is there", "output-exists", []string{"net", "-o", there}, exitUsage},
		{"a part of a shapefile that is there", "output-exists", []string{"net", "-o", filepath.Join(dir, "part.shp")}, exitUsage},
		{"a text too long for a shapefile", "text-too-long", []string{"net", "-o", filepath.Join(dir, "a.shp")}, exitFailed},
		{"a character that GBK lacks", "text-not-gbk", []string{"net", "-o", filepath.Join(dir, "a.shp"), "--release", "2"}, exitFailed},
		{"no such folder", "cannot-write", []string{"net", "-o", filepath.Join(dir, "none", "a.gpkg")}, exitFailed},
		{"no format", "unknown-output-format", []string{"net", "-o", filepath.Join(dir, "a.pdf")}, exitUsage},
		{"a name of another format", "output-name", []string{"net", "-f", "shp", "-o", filepath.Join(dir, "a.gpkg")}, exitUsage},
		{"a zone far away", "outside-projection", []string{"net", "-o", filepath.Join(dir, "a.gpkg"), "--crs", "EPSG:2056"}, exitFailed},
		{"a secret system", "no-public-shift", []string{"net", "-o", filepath.Join(dir, "a.gpkg"), "--crs", "EPSG:2436"}, exitFailed},
		{"no such system", "unknown-crs", []string{"net", "-o", filepath.Join(dir, "a.gpkg"), "--crs", "EPSG:99999"}, exitUsage},
		{"an encoding of no shapefile", "shapefile-encoding", []string{"net", "-o", filepath.Join(dir, "a.shp"), "--encoding", "big5"}, exitUsage},
		{"an encoding of another format", "encoding-fixed", []string{"net", "-o", filepath.Join(dir, "a.gpkg"), "--encoding", "gbk"}, exitUsage},
		{"no such release", "not-found", []string{"net", "-o", filepath.Join(dir, "a.gpkg"), "--release", "9"}, exitFailed},
		{"a day before the first", "not-in-force", []string{"net", "-o", filepath.Join(dir, "a.gpkg"), "--at", "2001-01-01"}, exitFailed},
		{"a release and a day", "release-or-moment", []string{"net", "-o", filepath.Join(dir, "a.gpkg"), "--at", "2001-01-01", "--release", "1"}, exitUsage},
		{"buildings of the past", "no-history", []string{"buildings", "-o", filepath.Join(dir, "a.gpkg"), "--release", "1"}, exitUsage},
		{"a level of the net", "export-flag", []string{"net", "-o", filepath.Join(dir, "a.gpkg"), "--level", "town"}, exitUsage},
		{"buildings of a kind", "export-flag", []string{"buildings", "-o", filepath.Join(dir, "a.gpkg"), "--kind", "light"}, exitUsage},
		{"points of no place", "export-within", []string{"points", "-o", filepath.Join(dir, "a.gpkg"), "--within", "45x"}, exitUsage},
		{"tiles of buildings alone", "tiles-of-net", []string{"buildings", "-o", filepath.Join(dir, "a.pmtiles")}, exitUsage},
		{"tiles that are there", "output-exists", []string{"net", "-f", "pmtiles", "-o", strings.TrimSuffix(there, "geojson") + "pmtiles"}, exitUsage},
		{"tiles in no such folder", "cannot-write", []string{"net", "-o", filepath.Join(dir, "none", "a.pmtiles")}, exitFailed},
		{"tiles of a zone", "tiles-crs", []string{"net", "-o", filepath.Join(dir, "a.pmtiles"), "--crs", "EPSG:4545"}, exitUsage},
		{"tiles in Baidu's datum", "tiles-crs", []string{"net", "-o", filepath.Join(dir, "a.pmtiles"), "--crs", "bd09"}, exitUsage},
		{"tiles with an encoding", "encoding-fixed", []string{"net", "-o", filepath.Join(dir, "a.pmtiles"), "--encoding", "gbk"}, exitUsage},
		{"a zoom too high", "tiles-zoom", []string{"net", "-o", filepath.Join(dir, "a.pmtiles"), "--zoom", "0-19"}, exitUsage},
		{"zooms from high to low", "tiles-zoom", []string{"net", "-o", filepath.Join(dir, "a.pmtiles"), "--zoom", "9-8"}, exitUsage},
		{"no zoom", "tiles-zoom", []string{"net", "-o", filepath.Join(dir, "a.pmtiles"), "--zoom", "all"}, exitUsage},
		{"a set that is none", "no-such-set", []string{"net", "-o", filepath.Join(dir, "a.pmtiles"), "--sets", "net,points"}, exitUsage},
		{"zooms of a table", "export-flag", []string{"net", "-o", filepath.Join(dir, "a.csv"), "--zoom", "0-9"}, exitUsage},
		{"sets of a table", "export-flag", []string{"net", "-o", filepath.Join(dir, "a.csv"), "--sets", "net"}, exitUsage},
		{"tiles without anything", "no-tiles", []string{"net", "-o", filepath.Join(dir, "a.pmtiles"), "--sets", "buildings"}, exitFailed},
		{"tiles of no release", "not-found", []string{"net", "-o", filepath.Join(dir, "a.pmtiles"), "--release", "9"}, exitFailed},
		{"no such district", "no-such-district", []string{"net", "-o", filepath.Join(dir, "a.gpkg"), "--district", "450199"}, exitFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.rule == "text-not-gbk" {
				short := strings.Replace(text, long, "短", 1)
				if err := os.WriteFile(net, []byte(short), 0o644); err != nil {
					t.Fatal(err)
				}
				done(t, importNet(net, "--yes")...)
			}
			before := files(t, dir)
			if r := zhuwang(t, append([]string{"export"}, c.args...)...); r.code != c.code || !strings.Contains(r.err, "["+c.rule+"]") {
				t.Errorf("%+v", r)
			}
			if after := files(t, dir); !slices.Equal(after, before) {
				t.Errorf("there is %q, there was %q", after, before)
			}
		})
	}
	done(t, "export", "net", "-o", there, "--overwrite")
	if b, err := os.ReadFile(there); err != nil || !strings.Contains(string(b), "𠮷网格") {
		t.Errorf("%v %s", err, b)
	}
	done(t, "export", "net", "-o", filepath.Join(dir, "part.shp"), "--overwrite", "--encoding", "utf-8")
}

// Points go out as their source gave them, or all in one system.
func TestExportedPoints(t *testing.T) {
	onDatabase(t)
	dir := t.TempDir()
	done(t, importNet(writeNet(t, "AB"), "--yes")...)
	in := filepath.Join(dir, "in.csv")
	if err := os.WriteFile(in, []byte("kind,id,at,lon,lat,crs,accuracy_m,状态\nlight,甲-1,2026-03-01T08:00:00+08:00,108.1005,22.6005,gcj02,5,坏\nlight,甲-2,2026-03-02T00:00:00Z,108.1005,22.6005,wgs84,,好\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	done(t, "import", "points", in, "--district", "450105")
	given, all := filepath.Join(dir, "given.csv"), filepath.Join(dir, "all.csv")
	done(t, "export", "points", "-o", given)
	done(t, "export", "points", "-o", all, "--crs", "wgs84", "--kind", "light")
	if r := done(t, "export", "points", "-o", filepath.Join(dir, "in.geojson"), "--within", "450105"); !strings.Contains(r.err, "1 records") { // the other one lies outside
		t.Errorf("%+v", r)
	}
	for file, want := range map[string][]string{
		given: {"kind,id,at,accuracy_m,attributes,grid,how,release,reason,batch,lon,lat,crs", "light,甲-1,2026-03-01T00:00:00Z,5,", `""状态""`, ",108.1005,22.6005,gcj02", ",108.1005,22.6005,wgs84"},
		all:   {"src_lon,src_lat,src_crs,lon,lat,crs", ",108.1005,22.6005,gcj02,108.0", ",108.1005,22.6005,wgs84,108.1005,22.6005,wgs84"},
	} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(string(b), w) {
				t.Errorf("%s lacks %q: %s", filepath.Base(file), w, b)
			}
		}
	}
	for _, f := range []string{"points.gpkg", "points.shp", "points.geojson", "points.xlsx"} {
		if r := done(t, "export", "points", "-o", filepath.Join(dir, f)); !strings.Contains(r.err, "2 records") {
			t.Errorf("%s: %+v", f, r)
		}
	}
}

// files names the files of a folder, hidden ones too, with their sizes.
func files(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprint(e.Name(), " ", info.Size()))
	}
	return list
}
