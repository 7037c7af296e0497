package tiles

import (
	"encoding/binary"
	"slices"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
)

// outline is a projected polygon of a map without neighbours: a building, a lake. Rings repeat their first vertex.
type outline struct {
	pts  []fine
	ends []int32
}

func (o *outline) reset() { o.pts, o.ends = o.pts[:0], o.ends[:0] }

// project adds the rings of a shape; edges are divided for the zoom of shift. closed is memory to work in.
func (o *outline) project(m geo.MultiPolygon, d crs.Datum, shift uint, closed []geo.Point) []geo.Point {
	for _, poly := range m {
		for _, ring := range poly {
			if len(ring) < 3 {
				continue
			}
			closed = append(append(closed[:0], ring...), ring[0])
			o.pts = projectLine(o.pts, closed, d, shift)
			o.ends = append(o.ends, int32(len(o.pts)))
		}
	}
	return closed
}

// sites are many places, each with an outline about it or without, packed: a building takes about 40 bytes. A place is stored as it is, each vertex
// as the way from the one before, and of a ring first the number of its vertices; all as variable-length integers.
type sites struct {
	data   []byte
	starts []uint32 // of each in data, which stays below 4 GiB; one more at the end
}

func (s *sites) add(place fine, o *outline) {
	if len(s.starts) == 0 {
		s.starts = append(s.starts, 0)
	}
	s.data = binary.AppendVarint(binary.AppendVarint(s.data, place.x), place.y)
	from := int32(0)
	for _, to := range o.ends {
		ring := o.pts[from : to-1] // the last is the first
		s.data = binary.AppendUvarint(s.data, uint64(len(ring)))
		for _, p := range ring {
			s.data = binary.AppendVarint(binary.AppendVarint(s.data, p.x-place.x), p.y-place.y)
			place = p
		}
		from = to
	}
	s.starts = append(s.starts, uint32(len(s.data)))
}

// seal ends the adding, and gives back the memory that it took.
func (s *sites) seal() { s.data, s.starts = slices.Clone(s.data), slices.Clone(s.starts) }

// at unpacks a site: its place, and its outline into o.
func (s *sites) at(i int32, o *outline) (place fine) {
	o.reset()
	data := s.data[s.starts[i]:s.starts[i+1]]
	next := func() int64 {
		v, n := binary.Varint(data)
		data = data[n:]
		return v
	}
	place = fine{next(), next()}
	for p := place; len(data) > 0; {
		vertices, n := binary.Uvarint(data)
		data = data[n:]
		first := len(o.pts)
		for range vertices {
			p = fine{p.x + next(), p.y + next()}
			o.pts = append(o.pts, p)
		}
		o.pts = append(o.pts, o.pts[first])
		o.ends = append(o.ends, int32(len(o.pts)))
	}
	return place
}
