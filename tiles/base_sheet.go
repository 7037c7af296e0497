package tiles

import (
	"sync"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// baseSheet is what is drawn of a layer of the base map at one zoom.
type baseSheet struct {
	pieces []piece // by feature
	boxes  []box
	index  index
}

// piece is the polygons of a feature, or a stretch of one of its lines, in units of a zoom.
type piece struct {
	feature int32
	shape   shape
	line    bool
	goesOn  bool // begins where the piece before ends
}

// stretch is the largest number of edges of a line in a piece, so that a tile looks at little of a long street.
const stretch = 32

func (b *Base) newSheet(d crs.Datum, z uint32) *[len(baseLayers)]baseSheet {
	var sheets [len(baseLayers)]baseSheet
	var all sync.WaitGroup
	for l := range sheets {
		all.Go(func() { sheets[l].fill(baseLayers[l], b.features[l], d, z) })
	}
	all.Wait()
	return &sheets
}

// fill draws the features of a layer.
func (s *baseSheet) fill(layer baseLayer, features []Feature, d crs.Datum, z uint32) {
	r := rounder{shift: fineShift(z)}
	var o outline
	var closed []geo.Point
	for i, f := range features {
		if layer.zoom(f.Class) > z {
			continue
		}
		var rings shape
		o.reset()
		closed = o.project(f.Shape, d, r.shift, closed)
		for ring := range r.round(o).all() {
			if a := abs(area2(ring)); z == MaxZoom || a >= 2*leastArea {
				rings.add(ring)
			}
		}
		if len(rings.ends) > 0 {
			rings.measure()
			s.add(piece{feature: int32(i), shape: rings})
		}
		for line := range roundLines(f.Lines, d, z).all() {
			for from := 0; from < len(line)-1; from += stretch {
				part := line[from:min(from+stretch+1, len(line))]
				s.add(piece{int32(i), shape{pts: part}, true, from > 0})
			}
		}
	}
	s.index = newIndex(s.boxes)
}

func (s *baseSheet) add(p piece) {
	s.pieces = append(s.pieces, p)
	s.boxes = append(s.boxes, p.shape.bounds())
}

// draw adds the features that keep allows (nil: all) as far as they lie in the box, each with its pieces put together again.
func (s *baseSheet) draw(p *pen, out *layer, attrs rows, keep func(feature int32) bool) {
	ids := p.find(&s.index)
	for k, i := range ids {
		part := s.pieces[i]
		if keep != nil && !keep(part.feature) {
			continue
		}
		if part.line {
			p.line.join(p.clip.lines(part.shape.pts, s.boxes[i]), part.goesOn)
		} else {
			out.polygons(p.clip.polygons(part.shape, s.boxes[i]), attrs.at(part.feature))
		}
		if k+1 == len(ids) || s.pieces[ids[k+1]].feature != part.feature {
			out.lines(p.line, attrs.at(part.feature))
			p.line.reset()
		}
	}
}

// join appends lines; the first of them is made one with the last there is if it goes on and begins where that ends.
func (s *shape) join(t shape, goesOn bool) {
	for part := range t.all() {
		if n := len(s.ends); goesOn && n > 0 && s.pts[len(s.pts)-1] == part[0] {
			s.pts, s.ends = append(s.pts, part[1:]...), s.ends[:n-1]
			s.ends = append(s.ends, int32(len(s.pts)))
		} else {
			s.add(part)
		}
		goesOn = false
	}
}
