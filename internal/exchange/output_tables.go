package exchange

import (
	"errors"
	"os"

	"github.com/paulmach/orb"
)

// geoJSONSink writes one collection of all records.
type geoJSONSink struct {
	file    *os.File
	w       *GeoJSONWriter
	columns []Column
}

func (s *geoJSONSink) write(r Record) error {
	fields := make([]Field, len(r.Values))
	for i, v := range r.Values {
		fields[i] = Field{s.columns[i].Name, v}
	}
	return s.w.Write("", fields, r.Geometry)
}

func (s *geoJSONSink) close() error { return errors.Join(s.w.Close(), s.file.Close()) }

// csvSink writes one table of all records, its header in English.
type csvSink struct {
	file *os.File
	w    TableWriter
	out  Output
}

func newCSVSink(f *os.File, o Output) (*csvSink, error) {
	var header []string
	for _, c := range o.Layouts[0].tabular() {
		header = append(header, c.Name)
	}
	w, err := NewTableWriter(f, string(CSV), header...)
	return &csvSink{f, w, o}, err
}

func (s *csvSink) write(r Record) error {
	var cells []string
	for _, v := range s.out.tabular(r) {
		cells = append(cells, v.Text)
	}
	return s.w.Write(cells...)
}

func (s *csvSink) close() error { return errors.Join(s.w.Close(), s.file.Close()) }

// xlsxSink writes a sheet for each layout that has records.
type xlsxSink struct {
	file  *os.File
	book  *Workbook
	out   Output
	sheet *Sheet
	layer int
}

func (s *xlsxSink) write(r Record) error {
	if s.sheet == nil || s.layer != r.Layer {
		if err := s.begin(r.Layer); err != nil {
			return err
		}
	}
	return s.sheet.Write(s.out.tabular(r)...)
}

func (s *xlsxSink) begin(layer int) (err error) {
	layout := s.out.Layouts[layer]
	s.sheet, err = s.book.Sheet(layout.Title, layout.tabular())
	s.layer = layer
	return err
}

func (s *xlsxSink) close() error {
	var err error
	if s.sheet == nil {
		err = s.begin(0)
	}
	return errors.Join(err, s.book.Close(), s.file.Close())
}

// tabular are the columns of the layout in a table.
func (l Layout) tabular() []Column {
	if !l.Located {
		return l.Columns
	}
	return append(l.Columns[:len(l.Columns):len(l.Columns)], Pick("", "lon", "lat", "crs")...)
}

// tabular are the values of a record in a table: its point, if it has one, in columns.
func (o Output) tabular(r Record) []Value {
	if !o.Layouts[r.Layer].Located {
		return r.Values
	}
	values := r.Values[:len(r.Values):len(r.Values)]
	p, ok := r.Geometry.(orb.Point)
	if !ok {
		return append(values, Value{}, Value{}, Value{})
	}
	return append(values, Value{Number, string(appendDegrees(nil, p[0]))}, Value{Number, string(appendDegrees(nil, p[1]))}, Value{String, o.CRS.String()})
}
