package demo

import "github.com/zhuwang/zhuwang/geo"

// segments are lines in squares of 20,000 units (about 200 m), to ask what touches them.
type segments map[geo.Point][][2]geo.Point

const segmentSquare = 20000

func newSegments() segments { return segments{} }

func squares(p, q geo.Point, f func(geo.Point)) {
	for x := min(p.X, q.X) / segmentSquare; x <= max(p.X, q.X)/segmentSquare; x++ {
		for y := min(p.Y, q.Y) / segmentSquare; y <= max(p.Y, q.Y)/segmentSquare; y++ {
			f(geo.Point{X: x, Y: y})
		}
	}
}

func (s segments) add(line []geo.Point) {
	for i := range len(line) - 1 {
		squares(line[i], line[i+1], func(c geo.Point) { s[c] = append(s[c], [2]geo.Point{line[i], line[i+1]}) })
	}
}

// touch reports whether a segment shares a point with one of the lines.
func (s segments) touch(p, q geo.Point) (found bool) {
	squares(p, q, func(c geo.Point) {
		for _, e := range s[c] {
			found = found || touch(p, q, e[0], e[1])
		}
	})
	return found
}
