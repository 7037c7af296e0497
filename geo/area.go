package geo

import "math"

// Area2 is twice the signed area in square lattice units, positive for a counter-clockwise ring. Exact for every simple
// ring in a narrow box (Bounds.Narrow): partial sums wrap modulo 2⁶⁴, the end value fits.
func (r Ring) Area2() int64 {
	if len(r) < 3 {
		return 0
	}
	var sum int64
	for i := 1; i+1 < len(r); i++ {
		sum += Orient(r[0], r[i], r[i+1])
	}
	return sum
}

// Area2 is twice the area of the shape in square lattice units, whatever way its rings run: shells minus holes.
func (m MultiPolygon) Area2() int64 {
	var sum int64
	for _, poly := range m {
		for i, r := range poly {
			a := r.Area2()
			if (a < 0) != (i > 0) {
				a = -a
			}
			sum += a
		}
	}
	return sum
}

// GRS 80, the ellipsoid of CGCS2000.
const (
	semiMajor  = 6378137.0
	flattening = 1 / 298.257222101
	ecc2       = flattening * (2 - flattening)
)

// AreaM2 is the area on the ellipsoid GRS 80 in m², edges being straight in longitude/latitude.
//
// By Green's theorem the area is ∮ G dλ, G being the area between two latitudes over a radian of longitude, in closed
// form from the middle of the shape on, so that small shapes keep their digits; the mean of G along an edge is that of its ends
// with the correction of Euler and Maclaurin. Relative error below 1e-9 for edges shorter than 1°; for slivers the floor is
// about 1e-6 m² a vertex.
func (m MultiPolygon) AreaM2() float64 {
	b := m.Bounds()
	if b.Empty() {
		return 0
	}
	z := newZone(int32((int64(b.Min.Y) + int64(b.Max.Y)) / 2))
	sum := 0.0
	for _, poly := range m {
		for i, r := range poly {
			a := math.Abs(z.area(r))
			if i > 0 {
				a = -a
			}
			sum += a
		}
	}
	return sum
}

const radians = math.Pi / 180 / Scale

// zone measures areas from a latitude on.
type zone struct {
	y        int32
	sin, cos float64
}

func newZone(y int32) zone {
	sin, cos := math.Sincos(float64(y) * radians)
	return zone{y, sin, cos}
}

// area is that of a ring, positive if it runs counter-clockwise.
func (z zone) area(r Ring) float64 {
	if len(r) < 3 {
		return 0
	}
	sum := 0.0
	a := r[len(r)-1]
	ga, sa := z.belt(a.Y)
	for _, b := range r {
		gb, sb := z.belt(b.Y)
		rise := (float64(b.Y) - float64(a.Y)) * radians
		sum -= (float64(b.X) - float64(a.X)) * ((ga+gb)/2 - rise*(sb-sa)/12)
		a, ga, sa = b, gb, sb
	}
	return sum * radians
}

// series are the coefficients (k+1)/(2k+1) e²ᵏ of ∫ dx/(1 − e²x²)² = Σ cₖ x²ᵏ⁺¹.
var series = [...]float64{
	1, 2. / 3 * ecc2, 3. / 5 * ecc2 * ecc2, 4. / 7 * ecc2 * ecc2 * ecc2,
	5. / 9 * ecc2 * ecc2 * ecc2 * ecc2, 6. / 11 * ecc2 * ecc2 * ecc2 * ecc2 * ecc2,
}

// belt is the area between the zone's latitude and y over one radian of longitude, in m², and its slope M N cos φ:
// b² Σ cₖ (x²ᵏ⁺¹ − x₀²ᵏ⁺¹) with x = sin φ, where the difference of the sines is taken out so that it keeps its digits.
func (z zone) belt(y int32) (area, slope float64) {
	const b2 = semiMajor * semiMajor * (1 - ecc2)
	d := (float64(y) - float64(z.y)) * radians
	sin, half := math.Sin(d), math.Sin(d/2)
	rise := z.cos*sin - 2*z.sin*half*half
	x := z.sin + rise
	xx, zz, both := x*x, z.sin*z.sin, x*z.sin
	h, power, sum := 1.0, 1.0, series[0] // h = (x²ᵏ⁺¹ − x₀²ᵏ⁺¹) / (x − x₀)
	for _, c := range series[1:] {
		h = zz*h + power*(both+xx)
		power *= xx
		sum += c * h
	}
	w := 1 - ecc2*xx
	cos := z.cos - 2*z.cos*half*half - z.sin*sin
	return b2 * rise * sum, b2 * cos / (w * w)
}
