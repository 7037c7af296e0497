// Package crs converts between the datums in which Chinese coordinates come: CGCS2000 and WGS 84, which are taken as equal
// (they differ by centimetres), GCJ-02 (AMap, Tencent) and BD-09 (Baidu). Coordinates are degrees, longitude first.
package crs

import (
	"math"
	"strings"
)

// Datum is what a coordinate refers to. None is ever guessed: WGS 84 and GCJ-02 differ by 500 m in Nanning.
type Datum uint8

// The datums.
const (
	CGCS2000 Datum = iota // EPSG:4490, the legal frame of China
	WGS84                 // EPSG:4326
	GCJ02                 // WGS 84 shifted by a published pseudo-random offset
	BD09                  // GCJ-02 shifted once more
)

var names = [...]string{"cgcs2000", "wgs84", "gcj02", "bd09"}

// Parse reads the name of a datum, in upper or lower case, with or without hyphens.
func Parse(s string) (Datum, bool) {
	s = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), "-", "")
	for i, n := range names {
		if s == n {
			return Datum(i), true
		}
	}
	return 0, false
}

// String is the name that Parse reads.
func (d Datum) String() string { return names[d] }

// FromCGCS2000 gives a place in another datum.
func FromCGCS2000(d Datum, lon, lat float64) (float64, float64) {
	switch d {
	case GCJ02:
		return toGCJ(lon, lat)
	case BD09:
		return toBD(toGCJ(lon, lat))
	}
	return lon, lat
}

// ToCGCS2000 brings a place of another datum home: the inverse of FromCGCS2000 to less than 1e-8 m.
func ToCGCS2000(d Datum, lon, lat float64) (float64, float64) {
	switch d {
	case GCJ02:
		return fromGCJ(lon, lat)
	case BD09:
		return fromGCJ(invert(toBD, lon, lat))
	}
	return lon, lat
}

// inChina is the rectangle in which GCJ-02 is shifted; elsewhere it equals WGS 84. It covers foreign land too: that is how
// the datum is used everywhere.
func inChina(lon, lat float64) bool {
	return lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271
}

// toGCJ is the public formula of GCJ-02 (as in eviltransform, whose vectors the test holds), on the ellipsoid of Krassovsky 1940.
func toGCJ(lon, lat float64) (float64, float64) {
	if !inChina(lon, lat) {
		return lon, lat
	}
	return shift(lon, lat)
}

// fromGCJ inverts toGCJ: a place that no shifted place comes from was never shifted.
func fromGCJ(lon, lat float64) (float64, float64) {
	if x, y := invert(shift, lon, lat); inChina(x, y) {
		return x, y
	}
	return lon, lat
}

func shift(lon, lat float64) (float64, float64) {
	const (
		axis         = 6378245.0            // metres
		eccentricity = 0.006693421622965943 // squared
	)
	x, y := lon-105, lat-35
	wave := 20*math.Sin(6*math.Pi*x) + 20*math.Sin(2*math.Pi*x)
	east := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*math.Sqrt(math.Abs(x)) +
		(wave+20*math.Sin(math.Pi*x)+40*math.Sin(math.Pi/3*x)+150*math.Sin(math.Pi/12*x)+300*math.Sin(math.Pi/30*x))*2/3
	north := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*math.Sqrt(math.Abs(x)) +
		(wave+20*math.Sin(math.Pi*y)+40*math.Sin(math.Pi/3*y)+160*math.Sin(math.Pi/12*y)+320*math.Sin(math.Pi/30*y))*2/3
	phi := lat * math.Pi / 180
	w := 1 - eccentricity*math.Sin(phi)*math.Sin(phi)
	meridian := axis * (1 - eccentricity) / (w * math.Sqrt(w)) // radius M(φ)
	normal := axis / math.Sqrt(w)                              // radius N(φ)
	return lon + east*180/(normal*math.Cos(phi)*math.Pi), lat + north*180/(meridian*math.Pi)
}

// toBD is the public formula of BD-09.
func toBD(lon, lat float64) (float64, float64) {
	const wave = math.Pi * 3000 / 180
	r := math.Hypot(lon, lat) + 0.00002*math.Sin(lat*wave)
	angle := math.Atan2(lat, lon) + 0.000003*math.Cos(lon*wave)
	return r*math.Cos(angle) + 0.0065, r*math.Sin(angle) + 0.006
}

// invert solves f(p) = q by p ← p + (q − f(p)). f is within 1 % of a translation, so each step gains two digits at least
// and ten are more than a float64 holds.
func invert(f func(lon, lat float64) (float64, float64), lon, lat float64) (float64, float64) {
	x, y := lon, lat
	for range 10 {
		u, v := f(x, y)
		dx, dy := lon-u, lat-v
		x, y = x+dx, y+dy
		if math.Abs(dx) < 2e-14 && math.Abs(dy) < 2e-14 {
			break
		}
	}
	return x, y
}
