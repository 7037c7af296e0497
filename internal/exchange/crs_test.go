package exchange

import (
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
)

func TestParseCRS(t *testing.T) {
	for text, want := range map[string]CRS{
		"cgcs2000":                      {Datum: crs.CGCS2000},
		"CGCS 2000":                     {Datum: crs.CGCS2000},
		"EPSG:4490":                     {Datum: crs.CGCS2000},
		"urn:ogc:def:crs:EPSG::4490":    {Datum: crs.CGCS2000},
		"wgs84":                         {Datum: crs.WGS84},
		"WGS-84":                        {Datum: crs.WGS84},
		"epsg:4326":                     {Datum: crs.WGS84},
		"OGC:CRS84":                     {Datum: crs.WGS84},
		"urn:ogc:def:crs:OGC:1.3:CRS84": {Datum: crs.WGS84},
		"http://www.opengis.net/def/crs/OGC/1.3/CRS84": {Datum: crs.WGS84},
		"http://www.opengis.net/def/crs/EPSG/0/4326":   {Datum: crs.WGS84},
		"http://www.opengis.net/gml/srs/epsg.xml#4326": {Datum: crs.WGS84},
		"GCJ-02":                        {Datum: crs.GCJ02},
		"bd09":                          {Datum: crs.BD09},
		"EPSG:4545":                     {System: "EPSG:4545"},
		"urn:ogc:def:crs:EPSG:6.9:3857": {System: "EPSG:3857"},
		"urn:x-ogc:def:crs:EPSG:4547":   {System: "EPSG:4547"},
		"https://www.opengis.net/def/crs/EPSG/9.9.1/900": {System: "EPSG:900"},
	} {
		if got, err := ParseCRS(text); err != nil || got != want {
			t.Errorf("%s: %v %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "mars", "EPSG", "EPSG:", "EPSG:4326x", "4326", "EPSG:-1", "EPSG:123456789", "xepsg:4326", "utm49n"} {
		if got, err := ParseCRS(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

// What the file states and what the caller gives must agree; neither is ever guessed.
func TestCRSIsSettledFromBothSides(t *testing.T) {
	for _, c := range []struct {
		given, stated string
		want          string // a CRS or, with a colon before it, a rule
	}{
		{"", "", ":no-crs"},
		{"", "EPSG:4490", "cgcs2000"},
		{"", "local", ":unknown-crs"},
		{"gcj02", "", "gcj02"},
		{"wgs84", "EPSG:4490", "wgs84"},
		{"cgcs2000", "EPSG:4326", "cgcs2000"},
		{"EPSG:4545", "EPSG:4545", "EPSG:4545"},
		{"EPSG:4546", "EPSG:4545", ":crs-contradiction"},
		{"gcj02", "EPSG:4326", ":crs-contradiction"},
		{"wgs84", "EPSG:4545", ":crs-contradiction"},
		{"wgs84", "local", ":crs-contradiction"},
		{"gcj02!", "EPSG:4326", "gcj02"},
		{"wgs84!", "local", "wgs84"},
		{"mars", "EPSG:4490", ":unknown-crs"},
		{"mars!", "", ":unknown-crs"},
	} {
		got, err := Options{CRS: c.given}.settle(stated(c.stated))
		result := got.String()
		if err != nil {
			result = ":" + fault.From(err).Rule
		}
		if result != c.want {
			t.Errorf("given %q, stated %q: %s, want %s", c.given, c.stated, result, c.want)
		}
	}
}

func TestMisplacedCoordinates(t *testing.T) {
	for _, c := range []struct {
		datum    crs.Datum
		lon, lat float64
		rule     string
	}{
		{crs.WGS84, 108.3, 22.8, ""},
		{crs.WGS84, -180, 90, ""},
		{crs.WGS84, 22.8, 108.3, "swapped-axes"},
		{crs.WGS84, 43.8, 87.6, ""}, // the Arctic Sea
		{crs.GCJ02, 43.8, 87.6, "swapped-axes"},
		{crs.CGCS2000, 40, 75, "swapped-axes"},
		{crs.CGCS2000, 75, 40, ""},
		{crs.WGS84, 108.3, 90.1, "off-earth"},
		{crs.WGS84, 200, 22, "off-earth"},
		{crs.WGS84, 535000, 2520000, "not-degrees"},
		{crs.WGS84, 36535000, 2520000, "not-degrees"},
	} {
		if got := misplaced(c.datum, c.lon, c.lat); got != c.rule {
			t.Errorf("%v %v in %v: %q, want %q", c.lon, c.lat, c.datum, got, c.rule)
		}
	}
}

func FuzzParseMapping(f *testing.F) {
	for _, s := range []string{"code=编码,name=名称", "", "=", "a=b,a=c", "a", "a=b,", " a = b "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMapping(s)
		if err != nil {
			if fault.From(err).Kind != fault.Usage {
				t.Fatal(err)
			}
			return
		}
		if s != "" && len(m) != strings.Count(s, ",")+1 {
			t.Fatalf("%q: %q", s, m)
		}
		for name, column := range m {
			if name == "" || column == "" || strings.TrimSpace(name) != name || strings.TrimSpace(column) != column || !strings.Contains(s, column) {
				t.Fatalf("%q: %q", s, m)
			}
		}
	})
}

func FuzzParseCRS(f *testing.F) {
	for _, s := range []string{"EPSG:4490", "urn:ogc:def:crs:EPSG::4490", "wgs84", "crs84", "EPSG:0", "http://www.opengis.net/def/crs/EPSG/0/4490"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if c, err := ParseCRS(s); err == nil {
			if again, err := ParseCRS(c.String()); err != nil || again != c {
				t.Fatalf("%q is %v, and that is %v: %v", s, c, again, err)
			}
		}
	})
}
