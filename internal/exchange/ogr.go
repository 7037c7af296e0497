package exchange

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// ogrLayer is what ogrinfo says about a layer.
type ogrLayer struct {
	driver   string
	name     string
	geometry string // e.g. "Polygon", "3D Multi Polygon", "Unknown (any)"; "None" for a table
	srs      wkt
	columns  []string
	types    []Type // of the columns
}

// plainGeometry are the layer types that cannot hold curves.
var plainGeometry = []string{"Point", "Line String", "Polygon", "Multi Point", "Multi Line String", "Multi Polygon", "None"}

func (g ogrLayer) mayCurve() bool {
	t := strings.TrimPrefix(strings.TrimPrefix(g.geometry, "3D "), "Measured ")
	return !slices.Contains(plainGeometry, t)
}

// openGDAL lets GDAL describe the file, and chooses the layer.
func (l *Layer) openGDAL(ctx context.Context) error {
	source, err := l.gdalSource()
	if err != nil {
		return err
	}
	layers, err := l.ogrinfo(ctx, source)
	if err != nil {
		return err
	}
	at, err := l.chooseLayer(layers)
	if err != nil {
		return err
	}
	l.Name, l.Columns, l.types = at.name, at.columns, at.types
	if err := checkColumns(l.Columns); err != nil {
		return err
	}
	if err := l.checkMapping(); err != nil {
		return err
	}
	if l.opts.Encoding != "" && at.driver != "ESRI Shapefile" {
		return fault.New(fault.Usage, "encoding-fixed", fault.Args{"format": at.driver})
	}
	if l.opts.Want != WantNone {
		if err := l.settleGDAL(ctx, at); err != nil {
			return err
		}
	}
	l.rows = func(ctx context.Context, yield func(Row) bool) error { return l.ogrRows(ctx, source, at, yield) }
	return nil
}

// source is how GDAL's programs are told to open the file.
type source struct {
	path     string
	open     []string // -oo options
	zipNames string   // encoding of the names in an archive that are not marked as UTF-8, where it is not GBK
}

// gdalSource makes the path absolute, so that it can be neither an option nor one of GDAL's virtual files (/vsicurl/…), and
// looks into shapefiles, whose damage GDAL passes over.
func (l *Layer) gdalSource() (source, error) {
	path, err := filepath.Abs(l.path)
	if err != nil || strings.HasPrefix(path, "/vsi") {
		return source{}, &fault.Error{Kind: fault.Invalid, Rule: "unreadable-file", Cause: err}
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".shp":
		files, err := shapefileAt(path)
		if err != nil {
			return source{}, err
		}
		return files.source(path, l.opts.Encoding)
	case ".dbf", ".shx", ".prj", ".cpg":
		return source{}, fault.New(fault.Invalid, "part-of-shapefile", fault.Args{"part": filepath.Ext(path)})
	case ".zip":
		return l.zippedShapefile(path)
	case ".gml", ".xml": // else GDAL writes what it learned of the file beside it
		return source{path: path, open: []string{"WRITE_GFS=NO"}}, nil
	}
	return source{path: path}, nil
}

func (s source) args() []string {
	var args []string
	if s.zipNames != "" {
		args = append(args, "--config", "CPL_ZIP_ENCODING", s.zipNames)
	}
	for _, o := range s.open {
		args = append(args, "-oo", o)
	}
	return args
}

// ogrinfo describes the layers of a source.
func (l *Layer) ogrinfo(ctx context.Context, s source) ([]ogrLayer, error) {
	args := append([]string{"-ro", "-so", "-al", "-nomd", "-nocount", "-noextent"}, s.args()...)
	out, err := gdal{l.opts.timeout()}.run(ctx, nil, "ogrinfo", append(args, s.path)...)
	if err != nil {
		return nil, err
	}
	return parseOGRInfo(out), nil
}

// parseOGRInfo reads the summary that ogrinfo -so -al prints (GDAL 3.6 has no JSON form of it).
func parseOGRInfo(out []byte) []ogrLayer {
	var layers []ogrLayer
	driver, inWKT := "", false
	var text []string
	for line := range strings.Lines(string(out)) {
		line = strings.TrimRight(line, "\r\n")
		key, value, cut := strings.Cut(line, ": ")
		if !inWKT && strings.HasPrefix(line, "      using driver `") {
			driver, _, _ = strings.Cut(line[len("      using driver `"):], "'")
		}
		if key == "Layer name" {
			layers = append(layers, ogrLayer{driver: driver, name: value})
			inWKT = false
			continue
		}
		if len(layers) == 0 {
			continue
		}
		at := &layers[len(layers)-1]
		switch {
		case line == "Layer SRS WKT:":
			inWKT, text = true, nil
		case inWKT && (strings.HasPrefix(line, "Data axis to CRS axis mapping") || line == "(unknown)"):
			at.srs = parseWKT(strings.Join(text, "\n"))
			inWKT = false
		case inWKT:
			text = append(text, line)
		case key == "Geometry" && at.geometry == "":
			at.geometry = value
		case key == "FID Column =" || strings.HasPrefix(line, "FID Column = ") || strings.HasPrefix(line, "Geometry Column = "):
		case cut && at.geometry != "":
			if i := strings.LastIndex(line, ": "); isFieldType(line[i+2:]) {
				at.columns, at.types = append(at.columns, line[:i]), append(at.types, typeOfField(line[i+2:]))
			}
		}
	}
	return layers
}

// isFieldType recognises "String (80.0)", "Integer64 (0.0) NOT NULL" and the like.
func isFieldType(s string) bool {
	word, rest, ok := strings.Cut(s, " (")
	if i := strings.IndexByte(word, '('); i > 0 { // Integer(Boolean)
		word = word[:i]
	}
	return ok && strings.Contains(rest, ")") && slices.Contains([]string{
		"String", "Integer", "Integer64", "Real", "Date", "Time", "DateTime", "Binary", "StringList", "IntegerList", "Integer64List", "RealList"}, word)
}

// typeOfField is the type of a column that GDAL describes; what is none of ours is text.
func typeOfField(s string) Type {
	word, _, _ := strings.Cut(s, " (")
	switch word {
	case "Integer(Boolean)":
		return Boolean
	case "Integer", "Integer64", "Integer(Int16)":
		return Integer
	case "Real", "Real(Float32)":
		return Real
	case "Date":
		return Date
	}
	return Textual
}

// chooseLayer takes the layer asked for, else the only one (with a geometry, where one is wanted).
func (l *Layer) chooseLayer(layers []ogrLayer) (ogrLayer, error) {
	var names []string
	var fit []ogrLayer
	for _, g := range layers {
		if l.opts.Layer == g.name {
			return g, nil
		}
		names = append(names, g.name)
		if l.opts.Want == WantNone || g.geometry != "None" {
			fit = append(fit, g)
		}
	}
	switch {
	case l.opts.Layer != "":
		return ogrLayer{}, fault.New(fault.Usage, "no-such-layer", fault.Args{"layer": l.opts.Layer, "layers": strings.Join(names, ", ")})
	case len(fit) == 1:
		return fit[0], nil
	case len(layers) == 0:
		return ogrLayer{}, fault.New(fault.Invalid, "no-rows", nil)
	case len(fit) == 0:
		return ogrLayer{}, fault.New(fault.Invalid, "no-geometry", nil)
	}
	return ogrLayer{}, fault.New(fault.Usage, "which-layer", fault.Args{"layers": strings.Join(names, ", ")})
}

// ogrRows streams a layer through ogr2ogr as a sequence of GeoJSON features.
func (l *Layer) ogrRows(ctx context.Context, s source, at ogrLayer, yield func(Row) bool) error {
	curves := map[int]bool{}
	if l.opts.Want != WantNone && at.mayCurve() {
		var err error
		if curves, err = l.curved(ctx, s, at); err != nil {
			return err
		}
	}
	args := []string{"-f", "GeoJSONSeq", "-lco", "COORDINATE_PRECISION=15", "-lco", "RS=NO"}
	if l.CRS.System != "" {
		args = append(args, "-t_srs", "EPSG:4490")
		if strings.HasPrefix(l.CRS.System, "EPSG:") {
			args = append(args, "-s_srs", l.CRS.System)
		}
	} else {
		args = append(args, "-a_srs", "EPSG:4326") // as it is: the writer would reproject anything else to WGS 84
	}
	args = append(append(args, s.args()...), "/vsistdout/", s.path, at.name)
	// What arrives is in degrees of CGCS2000, or of the datum that the caller gave.
	degrees := *l
	degrees.CRS.System = ""
	return gdal{l.opts.timeout()}.stream(ctx, nil, func(r io.Reader) error {
		stop := false
		err := degrees.sequenceRows(ctx, newJSONStream(r), func(row Row) bool {
			if curves[row.N] {
				row.Geometry, row.Fault = nil, fault.New(fault.Invalid, "curved-geometry", nil)
			}
			stop = !yield(row)
			return !stop
		})
		if stop {
			return errStop
		}
		return err
	}, "ogr2ogr", args...)
}

// curved lists the rows whose geometry has arcs, which GDAL would turn into chords without a word.
func (l *Layer) curved(ctx context.Context, s source, at ogrLayer) (map[int]bool, error) {
	name := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(at.name)
	args := append([]string{"-f", "CSV", "-dialect", "OGRSQL", "-sql", `SELECT OGR_GEOMETRY FROM "` + name + `"`}, s.args()...)
	rows := map[int]bool{}
	err := gdal{l.opts.timeout()}.stream(ctx, nil, func(r io.Reader) error {
		lines := bufio.NewScanner(r)
		for n := 0; lines.Scan(); n++ {
			kind := bytes.Trim(lines.Bytes(), `",`)
			for _, curve := range []string{"CURVE", "CIRCULAR", "SURFACE"} {
				if bytes.Contains(kind, []byte(curve)) {
					rows[n] = true
				}
			}
		}
		return lines.Err()
	}, "ogr2ogr", append(args, "/vsistdout/", s.path)...)
	return rows, err
}

// settleGDAL decides the CRS, and asks GDAL whether it can be reprojected.
func (l *Layer) settleGDAL(ctx context.Context, at ogrLayer) error {
	var says statement
	if name := at.srs.name(); name != "" && !unstated[at.driver] {
		c, err := ParseCRS(name)
		if err != nil { // a system without a code: GDAL reprojects it by its description
			c = CRS{System: name}
		}
		says = statement{text: name, crs: c}
	}
	l.Stated = says.text != ""
	var err error
	if l.CRS, err = l.opts.settle(says); err != nil {
		return err
	}
	if l.CRS.System != "" && at.srs.secret() {
		return fault.New(fault.Invalid, "no-public-shift", fault.Args{"crs": l.CRS.System})
	}
	return l.CRS.known(ctx, l.opts.timeout())
}
