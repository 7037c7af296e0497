package exchange

import (
	"errors"
	"os"
	"path/filepath"
)

// geoJSONSink writes a collection for each layout that has records.
type geoJSONSink struct {
	out   Output
	dir   string
	file  *os.File
	w     *GeoJSONWriter
	layer int
}

func (s *geoJSONSink) write(r Record) error {
	if s.file == nil || s.layer != r.Layer {
		if err := s.begin(r.Layer); err != nil {
			return err
		}
	}
	layout := s.out.Layouts[r.Layer]
	columns, values := layout.columns(s.out), layout.values(s.out, r)
	fields := make([]Field, len(values))
	for i, v := range values {
		fields[i] = Field{columns[i].Name, v}
	}
	return s.w.Write("", fields, r.Geometry)
}

// begin ends the collection before and starts that of a layout.
func (s *geoJSONSink) begin(layer int) (err error) {
	if err := s.end(); err != nil {
		return err
	}
	if s.file, err = os.Create(filepath.Join(s.dir, s.out.layerFile(layer)+filepath.Ext(s.out.Path))); err != nil {
		return err
	}
	s.w, s.layer = newGeoJSONWriter(s.file, s.out.Layouts[layer].Name, s.out.CRS), layer
	return nil
}

func (s *geoJSONSink) end() error {
	if s.file == nil {
		return nil
	}
	return errors.Join(s.w.Close(), s.file.Close())
}

func (s *geoJSONSink) close() error {
	if s.file == nil {
		if err := s.begin(0); err != nil {
			return err
		}
	}
	return s.end()
}

// csvSink writes one table of all records, its header in English.
type csvSink struct {
	file *os.File
	w    TableWriter
	out  Output
}

func newCSVSink(f *os.File, o Output) (*csvSink, error) {
	var header []string
	for _, c := range o.Layouts[0].columns(o) {
		header = append(header, c.Name)
	}
	w, err := NewTableWriter(f, string(CSV), header...)
	return &csvSink{f, w, o}, err
}

func (s *csvSink) write(r Record) error {
	var cells []string
	for _, v := range s.out.Layouts[r.Layer].values(s.out, r) {
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
	return s.sheet.Write(s.out.Layouts[r.Layer].values(s.out, r)...)
}

func (s *xlsxSink) begin(layer int) (err error) {
	layout := s.out.Layouts[layer]
	s.sheet, err = s.book.Sheet(layout.Title, layout.columns(s.out))
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
