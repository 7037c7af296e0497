package demo

import "math"

// Trigonometry by addition, multiplication and division alone. IEEE 754 fixes these to the last bit, and so the district,
// on every machine; it leaves the functions of package math free.

// sincos is the sine and cosine by Taylor series on [−π/4, π/4]; error below 1e-11.
func sincos(x float64) (sin, cos float64) {
	quarter := math.Floor(x/(math.Pi/2) + 0.5)
	r := x - float64(quarter*(math.Pi/2))
	z := float64(r * r)
	sin = float64(r * horner(z, 1, -1.0/6, 1.0/120, -1.0/5040, 1.0/362880, -1.0/39916800))
	cos = horner(z, 1, -1.0/2, 1.0/24, -1.0/720, 1.0/40320, -1.0/3628800)
	switch int64(quarter) & 3 {
	case 0:
		return sin, cos
	case 1:
		return cos, -sin
	case 2:
		return -sin, -cos
	}
	return -cos, sin
}

// horner is the polynomial with the coefficients c at z, the constant first.
func horner(z float64, c ...float64) float64 {
	p := 0.0
	for i := len(c) - 1; i >= 0; i-- {
		p = float64(p*z) + c[i]
	}
	return p
}

// angle is the direction of v in radians, in (−π, π]; 0 for the zero vector. The series of the arc tangent runs to the 25th
// power below tan(π/8); error below 1e-11.
func (v vec) angle() float64 {
	if v.x == 0 && v.y == 0 {
		return 0
	}
	ax, ay := math.Abs(v.x), math.Abs(v.y)
	t := min(ax, ay) / max(ax, ay)
	base := 0.0
	if t > math.Sqrt2-1 {
		t, base = (t-1)/(t+1), math.Pi/4
	}
	z := float64(t * t)
	p := 0.0
	for k := 25; k >= 1; k -= 2 {
		c := 1 / float64(k)
		if k&3 == 3 {
			c = -c
		}
		p = float64(p*z) + c
	}
	a := base + float64(t*p)
	if ay > ax {
		a = math.Pi/2 - a
	}
	if v.x < 0 {
		a = math.Pi - a
	}
	if v.y < 0 {
		a = -a
	}
	return a
}
