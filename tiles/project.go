package tiles

import (
	"math"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// fine is a place in 2⁻³⁸ of the width of the world, axes as of pt: 256 to a unit of MaxZoom.
type fine struct{ x, y int64 }

const (
	fineBits = 38
	unitBits = 12 // of Extent
)

// fineShift is the binary logarithm of fine places to a unit of a zoom.
func fineShift(z uint32) uint { return uint(fineBits - unitBits - z) }

// at is the unit of a zoom in which the place lies: the nearest one, ties towards east and south.
func (f fine) at(shift uint) pt {
	half := int64(1) << (shift - 1)
	return pt{int32((f.x + half) >> shift), int32((f.y + half) >> shift)}
}

// centreOf is the place of a unit.
func centreOf(p pt, shift uint) fine { return fine{int64(p.x) << shift, int64(p.y) << shift} }

// mercator projects a longitude and a latitude in degrees, CGCS2000, to the spherical Mercator of EPSG:3857 after
// conversion to the datum. Beyond ±85.051129° of latitude, where the square world of tiles ends, places lie on its edge.
func mercator(lon, lat float64, d crs.Datum) fine {
	lon, lat = crs.FromCGCS2000(d, lon, lat)
	s := math.Sin(lat * (math.Pi / 180))
	x := lon/360 + 0.5
	y := 0.5 - math.Log((1+s)/(1-s))/(4*math.Pi)
	return fine{int64(math.Round(x * (1 << fineBits))), int64(math.Round(min(max(y, 0), 1) * (1 << fineBits)))}
}

// degrees are the longitude and latitude of a place of CGCS2000.
func (f fine) degrees() (lon, lat float64) {
	const world = 1 << fineBits
	return (float64(f.x)/world - 0.5) * 360, math.Atan(math.Sinh(math.Pi*(1-2*float64(f.y)/world))) * (180 / math.Pi)
}

func project(p geo.Point, d crs.Datum) fine { return mercator(p.Lon(), p.Lat(), d) }

// Edges shorter than straightDegrees bend less than an eighth of a unit of MaxZoom under any conversion
// (BD-09, the most wavy, bends one of 0.0005° by 3 mm); edges longer than longDegrees are divided in any case, so that no
// wave is overlooked, and so that differences of coordinates stay below 2²⁶.
const (
	straightDegrees = 0.0005
	longDegrees     = 0.05
)

// projectLine projects a line and divides each edge that bends more than an eighth of a unit of the zoom.
func projectLine(dst []fine, line []geo.Point, d crs.Datum, shift uint) []fine {
	for i, p := range line {
		f := project(p, d)
		if i > 0 {
			q := line[i-1]
			if max(math.Abs(p.Lon()-q.Lon()), math.Abs(p.Lat()-q.Lat())) > straightDegrees {
				dst = bend(dst, q.Lon(), q.Lat(), p.Lon(), p.Lat(), dst[len(dst)-1], f, d, shift)
			}
		}
		dst = append(dst, f)
	}
	return dst
}

// bend appends the places between the ends of an edge at which it has to be divided.
func bend(dst []fine, lonA, latA, lonB, latB float64, a, b fine, d crs.Datum, shift uint) []fine {
	length := max(math.Abs(lonB-lonA), math.Abs(latB-latA))
	if length <= straightDegrees {
		return dst
	}
	lon, lat := (lonA+lonB)/2, (latA+latB)/2
	mid := mercator(lon, lat, d)
	quarter := int64(1) << (shift - 2)
	if length <= longDegrees && abs(2*mid.x-a.x-b.x) <= quarter && abs(2*mid.y-a.y-b.y) <= quarter {
		return dst
	}
	dst = bend(dst, lonA, latA, lon, lat, a, mid, d, shift)
	dst = append(dst, mid)
	return bend(dst, lon, lat, lonB, latB, mid, b, d, shift)
}

func abs(v int64) int64 { return max(v, -v) }
