package feature

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// System is a coordinate reference system in which features are told, and asked for.
type System struct {
	URI      string
	SRID     int  // EPSG
	Flip     bool // northing or latitude comes first
	Decimals int  // that lead back to the same lattice point: 1e-7°, or 0.1 mm
}

// stored is the system of the stored shapes, CGCS2000, longitude first. WGS 84 counts as equal.
const stored = 4490

// CRS84 is the system where nothing is said.
var CRS84 = System{"http://www.opengis.net/def/crs/OGC/1.3/CRS84", stored, false, 7}

// Degrees reports whether the system has degrees of longitude and latitude, which are those stored.
func (s System) Degrees() bool { return s.SRID == stored }

func epsg(code int) System {
	uri := "http://www.opengis.net/def/crs/EPSG/0/" + strconv.Itoa(code)
	switch code {
	case 4490, 4326:
		return System{uri, stored, true, 7}
	case 3857:
		return System{uri, code, false, 4}
	}
	return System{uri, code, true, 4} // Gauss–Krüger: x points north (EPSG, axes X and Y of the 4530s)
}

// Systems are those for places at some longitudes: degrees, Web Mercator, and the Gauss–Krüger zones of CGCS2000, 6° and 3° wide, with the number of the zone
// before the easting (EPSG:4491–4501, 4513–4533) and without (EPSG:4502–4512, 4534–4554).
func Systems(longitudes ...float64) []System {
	all := []System{CRS84, epsg(4490), epsg(4326), epsg(3857)}
	for _, lon := range longitudes {
		six, three := int(math.Floor(lon/6))+1, int(math.Round(lon/3))
		var codes []int
		if six >= 13 && six <= 23 {
			codes = append(codes, 4491+six-13, 4502+six-13)
		}
		if three >= 25 && three <= 45 {
			codes = append(codes, 4513+three-25, 4534+three-25)
		}
		for _, code := range codes {
			if s := epsg(code); !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all
}

// Find is the system of a URI, also as `EPSG:4490`, among some.
func Find(all []System, uri string) (System, bool) {
	for _, s := range all {
		if s.URI == uri || uri == fmt.Sprintf("EPSG:%d", s.SRID) && s.SRID != stored || s.URI == "http://www.opengis.net/def/crs/EPSG/0/"+after(uri, "EPSG:") {
			return s, true
		}
	}
	return System{}, false
}

func after(s, prefix string) string {
	if len(s) > len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):]
	}
	return "-"
}
