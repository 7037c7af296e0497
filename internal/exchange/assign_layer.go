package exchange

import (
	"context"
	"iter"
	"time"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// layerSource is a source of the rows of any file that Read opens: a GeoPackage, another format of GDAL's, a GeoJSON collection, a workbook.
type layerSource struct {
	*assigner
	layer *Layer
	next  func() (Row, error, bool)
	stop  func()
	n     int64
}

// openLayerPoints opens such a file. Its points stay in their datum, so that the workers bring them home.
func (a *assigner) openLayerPoints(ctx context.Context) error {
	if a.from.standard() {
		return fault.New(fault.Usage, "not-on-standard", fault.Args{"format": string(a.from.format)})
	}
	opts := a.input.opts
	opts.Layer, opts.Raw, opts.Timeout = a.PointsLayer, true, time.Duration(longRun)
	l, err := Read(ctx, a.Points, opts)
	if err != nil {
		return err
	}
	a.input = l
	a.shaped = !l.IsTable()
	if l.types != nil {
		for i, c := range l.Columns {
			a.columns = append(a.columns, attribute{c, l.types[i]})
		}
	}
	s := &layerSource{assigner: a, layer: l}
	s.next, s.stop = iter.Pull2(l.Rows(ctx))
	a.source = s
	return nil
}

func (s *layerSource) fill(b *block) error {
	b.first = s.n + 1
	for len(b.layer) < blockRows {
		row, err, ok := s.next()
		if err != nil {
			return err
		}
		if !ok {
			b.last = true
			break
		}
		b.layer = append(b.layer, row)
	}
	b.rows = len(b.layer)
	s.n += int64(b.rows)
	b.end = s.n
	b.read, _ = s.layer.Progress()
	return nil
}

func (s *layerSource) skip(c checkpoint) error {
	for s.n < c.Input {
		_, err, ok := s.next()
		if err != nil || !ok {
			return err
		}
		s.n++
	}
	return nil
}

func (s *layerSource) rows() pointRows { return layerRows{s.reserved()} }
func (s *layerSource) close()          { s.stop() }

// layerRows reads rows that Read has read already.
type layerRows struct{ added map[string]bool }

func (r layerRows) locate(b *block, i int) (orb.Point, CRS, *fault.Error) {
	row := &b.layer[i]
	p, _ := row.Geometry.(orb.Point)
	f := row.Fault
	if f != nil && (f.Where.Line > 0 || f.Where.Row > 0) { // the place stands in a column of its own
		said := *f
		said.Where = fault.Place{Field: f.Where.Field}
		f = &said
	}
	for _, field := range row.Fields {
		if f == nil && r.added[field.Name] {
			f = fault.New(fault.Invalid, "column-taken", fault.Args{"column": field.Name})
		}
	}
	return p, CRS{Datum: row.Datum}, f
}

func (layerRows) fields(b *block, i int, dst []Field) []Field {
	row := &b.layer[i]
	dst = append(dst, row.Fields...)
	if row.layer.types == nil && row.ID != "" {
		return withID(dst, Value{String, row.ID})
	}
	return dst
}

func (layerRows) text(b *block, i int) (int, []byte) {
	row := b.layer[i]
	if row.Line > 0 {
		return row.Line, row.text()
	}
	return row.N, row.text()
}

// survey reads the whole of a file whose rows alone know its columns, so that they can be written into a table: the names in the order in
// which they appear, with the type that holds every value.
func (a *assigner) survey(ctx context.Context) error {
	if a.from.standard() {
		return fault.New(fault.Usage, "standard-needs-columns", fault.Args{"format": string(a.from.format), "out": string(a.to.format)})
	}
	twin := &assigner{AssignOptions: a.AssignOptions, from: a.from, to: a.to}
	if err := twin.open(ctx); err != nil {
		return err
	}
	defer twin.source.close()
	rows := twin.source.rows()
	index := map[string]int{}
	var kinds []kindSet
	b := &block{}
	var fields []Field
	for !b.last {
		b.reset()
		if err := twin.source.fill(b); err != nil {
			return err
		}
		for i := range b.rows {
			if _, _, f := rows.locate(b, i); f != nil {
				continue
			}
			fields = rows.fields(b, i, fields[:0])
			for _, f := range fields {
				k, ok := index[f.Name]
				if !ok {
					if len(index) == maxColumns {
						return fault.New(fault.TooLarge, "too-many-members", fault.Args{"limit": maxColumns})
					}
					k = len(kinds)
					index[f.Name] = k
					kinds = append(kinds, 0)
					a.columns = append(a.columns, attribute{name: f.Name})
				}
				kinds[k] |= kindOfValue(f.Value)
			}
		}
	}
	for k, set := range kinds {
		a.columns[k].Type = set.holds()
	}
	return nil
}

// maxColumns bounds the columns that a survey finds.
const maxColumns = 4096

// taken refuses a column of the input that has the name of one that is added.
func (a *assigner) taken() error {
	reserved := a.reserved()
	for _, c := range a.columns {
		if reserved[c.name] {
			return fault.New(fault.Invalid, "column-taken", fault.Args{"column": c.name})
		}
	}
	return nil
}
