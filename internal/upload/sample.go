package upload

import (
	"context"
	"iter"
	"slices"
	"sync"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// Sample is what a preview shows of a file: its first rows as they would be stored, and places from all over it.
type Sample struct {
	First  []Previewed
	Places []Place
}

// Previewed is a row as it would be stored, or why it would not be.
type Previewed struct {
	At       fault.Place
	Location grid.Location
	Grid     grid.Named // zero outside
	Fault    *fault.Error
}

// Place is where a row lies: as the file says it, and whether that is in the net.
type Place struct {
	Lon, Lat float64
	Datum    crs.Datum
	Inside   bool
}

const (
	rowsShown   = 50
	placesShown = 2000
)

// sampler looks at the rows that pass. Of many places it keeps every second, then every fourth …, so that those kept come from the
// whole file.
type sampler struct {
	district grid.Code
	locate   func(grid.Code, geo.Point) grid.Named
	intake   *grid.Intake

	mu     sync.Mutex
	kept   Sample
	stride int
	seen   int
}

// tee lets the rows pass and looks at them.
func (s *sampler) tee(rows func(context.Context) iter.Seq2[grid.PointRow, error]) func(context.Context) iter.Seq2[grid.PointRow, error] {
	return func(ctx context.Context) iter.Seq2[grid.PointRow, error] {
		return func(yield func(grid.PointRow, error) bool) {
			for r, err := range rows(ctx) {
				if err == nil {
					s.look(r)
				}
				if !yield(r, err) {
					return
				}
			}
		}
	}
}

func (s *sampler) look(r grid.PointRow) {
	s.mu.Lock()
	defer s.mu.Unlock()
	first, placed := len(s.kept.First) < rowsShown, s.seen%s.stride == 0
	s.seen++
	if !first && !placed {
		return
	}
	p := Previewed{At: r.Place(), Fault: r.Refusal()}
	p.At.File, p.At.Layer = "", ""
	if p.Fault == nil && first {
		p.Location, p.Fault = s.intake.Settled(r)
	}
	if p.Fault == nil {
		lon, lat, d := r.LonLat()
		if at, ok := geo.FromDegrees(crs.ToCGCS2000(d, lon, lat)); ok {
			p.Grid = s.locate(s.district, at)
			if placed {
				s.place(Place{lon, lat, d, p.Grid.Code != ""})
			}
		}
	}
	if first {
		if p.Fault != nil { // our name of the file is not its sender's
			bare := *p.Fault
			bare.Where.File, bare.Where.Layer = "", ""
			p.Fault = &bare
		}
		s.kept.First = append(s.kept.First, p)
	}
}

func (s *sampler) place(p Place) {
	if len(s.kept.Places) == placesShown {
		half := s.kept.Places[:0]
		for i := 0; i < placesShown; i += 2 {
			half = append(half, s.kept.Places[i])
		}
		s.kept.Places = half
		if s.stride *= 2; (s.seen-1)%s.stride != 0 {
			return
		}
	}
	s.kept.Places = append(s.kept.Places, p)
}

func (s *sampler) sample() Sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Sample{slices.Clone(s.kept.First), slices.Clone(s.kept.Places)}
}
