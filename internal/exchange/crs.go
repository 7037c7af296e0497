package exchange

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// crsChoices are named whenever a CRS is missing or not understood.
const crsChoices = "cgcs2000, wgs84, gcj02, bd09, EPSG:n"

// CRS is the coordinate reference system of a file: degrees in one of the four datums, or a system that GDAL reprojects.
type CRS struct {
	Datum  crs.Datum // where System is ""
	System string    // "EPSG:4545", or the name of a system for which the file gives no code
}

// String is what a person writes to name the system.
func (c CRS) String() string {
	if c.System != "" {
		return c.System
	}
	return c.Datum.String()
}

// epsgCode finds the number in EPSG:4490, urn:ogc:def:crs:EPSG::4490, http://www.opengis.net/def/crs/EPSG/0/4490 and
// http://www.opengis.net/gml/srs/epsg.xml#4490.
var epsgCode = regexp.MustCompile(`(?i)^(?:epsg|urn:(?:x-)?ogc:def:crs:epsg|https?://www\.opengis\.net/(?:def/crs/epsg|gml/srs/epsg\.xml)).*?[:/#]0*([1-9]\d{0,6})$`)

// ParseCRS reads the name of a CRS as a person or a file writes it. Longitude comes first in all of them, also in those whose
// register says otherwise (EPSG:4326): so does every file that Zhuwang reads.
func ParseCRS(s string) (CRS, error) {
	word := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(s))
	if w := parseWKT(strings.TrimSpace(s)); w.local() {
		word = strings.ToLower(w.title)
	}
	if d, ok := crs.Parse(word); ok {
		return CRS{Datum: d}, nil
	}
	if strings.HasSuffix(word, "crs84") { // OGC:CRS84, urn:ogc:def:crs:OGC:1.3:CRS84
		return CRS{Datum: crs.WGS84}, nil
	}
	if m := epsgCode.FindStringSubmatch(strings.TrimSpace(s)); m != nil {
		switch code := m[1]; code {
		case "4326":
			return CRS{Datum: crs.WGS84}, nil
		case "4490":
			return CRS{Datum: crs.CGCS2000}, nil
		default:
			return CRS{System: "EPSG:" + code}, nil
		}
	}
	return CRS{}, fault.New(fault.Usage, "unknown-crs", fault.Args{"crs": s, "choices": crsChoices})
}

// same reports whether two systems give the same coordinates: CGCS2000 and WGS 84 count as equal.
func (c CRS) same(d CRS) bool {
	earth := func(c CRS) bool { return c.System == "" && (c.Datum == crs.CGCS2000 || c.Datum == crs.WGS84) }
	return c == d || earth(c) && earth(d)
}

// statement is what a file says about its CRS; the zero value says nothing.
type statement struct {
	text string // as the file says it
	crs  CRS
	err  error // the text is not understood
}

func stated(text string) statement {
	if text == "" {
		return statement{}
	}
	c, err := ParseCRS(text)
	if w := parseWKT(text); w.local() {
		text = w.title
	}
	return statement{text, c, err}
}

// statement is how a file states the system, as GDAL and ParseCRS read it. GCJ-02 and BD-09 are in no register: they are stated as
// local systems, which nobody reprojects, so that no GIS draws them 500 m beside their place.
func (c CRS) statement() string {
	switch {
	case c.System != "":
		return c.System
	case c.Datum == crs.CGCS2000:
		return "EPSG:4490"
	case c.Datum == crs.WGS84:
		return "EPSG:4326"
	}
	name := map[crs.Datum]string{crs.GCJ02: "GCJ-02", crs.BD09: "BD-09"}[c.Datum]
	return `LOCAL_CS["` + name + `",LOCAL_DATUM["` + name + `",0],UNIT["degree",0.0174532925199433],AXIS["Longitude",EAST],AXIS["Latitude",NORTH]]`
}

// settle decides the CRS from what the file states and what the caller gives.
func (o Options) settle(s statement) (CRS, error) {
	given, above := strings.CutSuffix(strings.TrimSpace(o.CRS), "!")
	if given == "" {
		switch {
		case s.text != "":
			return s.crs, s.err
		case o.AssumeDegrees:
			return CRS{Datum: crs.WGS84}, nil
		}
		return CRS{}, fault.New(fault.Usage, "no-crs", fault.Args{"choices": crsChoices})
	}
	g, err := ParseCRS(given)
	if err == nil && s.text != "" && !above && (s.err != nil || !g.same(s.crs)) {
		err = fault.New(fault.Usage, "crs-contradiction", fault.Args{"stated": s.text, "given": given})
	}
	return g, err
}

// place brings a row, whose geometry is in degrees, into CGCS2000; with Options.Raw a point is only judged.
func (l *Layer) place(r *Row, c CRS) {
	p, isPoint := r.Geometry.(orb.Point)
	if !l.opts.Raw || !isPoint {
		r.Geometry, r.Fault = c.place(r.Geometry)
		return
	}
	r.Datum = c.Datum
	r.Fault = c.judge(p)
}

// place brings a geometry in degrees into CGCS2000. It may change g in place.
func (c CRS) place(g orb.Geometry) (orb.Geometry, *fault.Error) {
	if p, ok := g.(orb.Point); ok {
		f := c.placePoint(&p)
		return p, f
	}
	for p := range positions(g) {
		if f := c.placePoint(p); f != nil {
			return g, f
		}
	}
	return g, nil
}

// plain writes a number without an exponent.
func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func (c CRS) placePoint(p *orb.Point) *fault.Error {
	if f := c.judge(*p); f != nil {
		return f
	}
	p[0], p[1] = crs.ToCGCS2000(c.Datum, p[0], p[1])
	return nil
}

// judge refuses a position that cannot be one in degrees.
func (c CRS) judge(p orb.Point) *fault.Error {
	if rule := misplaced(c.Datum, p[0], p[1]); rule != "" {
		return fault.New(fault.Invalid, rule, fault.Args{"lon": plain(p[0]), "lat": plain(p[1]), "crs": c.String()})
	}
	return nil
}

// The rectangle in which GCJ-02 and BD-09 are defined, in degrees.
const (
	chinaWest, chinaEast   = 72.004, 137.8347
	chinaSouth, chinaNorth = 0.8293, 55.8271
)

// misplaced is the rule that a coordinate in degrees breaks; "" for a good one. Swapped axes are recognised where the numbers
// leave no doubt: the latitude given cannot be one, or lies in the Arctic Sea while its mirror image lies in China.
func misplaced(d crs.Datum, lon, lat float64) string {
	x, y := math.Abs(lon), math.Abs(lat)
	switch {
	case math.IsNaN(lon) || math.IsNaN(lat) || math.IsInf(lon, 0) || math.IsInf(lat, 0):
		return "not-finite"
	case x <= 180 && y <= 90:
		if d != crs.WGS84 && chinaWest < lat && lat < chinaEast && chinaSouth < lon && lon < chinaNorth {
			return "swapped-axes"
		}
		return ""
	case x <= 90 && y <= 180:
		return "swapped-axes"
	case x > 1000 || y > 1000:
		return "not-degrees"
	}
	return geo.RuleOffEarth
}
