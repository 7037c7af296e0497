package exchange

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// pointFormat is a format of points that Assign reads or writes by itself.
type pointFormat string

const (
	pointCSV     pointFormat = "csv"
	pointNDJSON  pointFormat = "ndjson"   // an object a line, its longitude and latitude in members
	pointGeoJSON pointFormat = "geojsons" // GeoJSON features, one a line or as a text sequence (RFC 8142)
	pointGPKG    pointFormat = "gpkg"
	pointParquet pointFormat = "parquet"
	pointArrow   pointFormat = "arrow"  // Arrow IPC file
	pointStream  pointFormat = "arrows" // Arrow IPC stream
	pointLayer   pointFormat = ""       // anything else that Read opens
)

var pointFormats = map[string]pointFormat{
	".csv": pointCSV, ".tsv": pointCSV, ".txt": pointCSV,
	".ndjson": pointNDJSON, ".jsonl": pointNDJSON,
	".geojsons": pointGeoJSON, ".geojsonl": pointGeoJSON, ".geojsonseq": pointGeoJSON,
	".gpkg": pointGPKG, ".parquet": pointParquet, ".arrow": pointArrow, ".feather": pointArrow, ".arrows": pointStream,
}

// pointChoices are named where a format is not known.
const pointChoices = "csv, tsv, ndjson, geojsons, gpkg, parquet, arrow, arrows"

// isText reports whether rows are records of text, which may be packed, are kept as they were and can be resumed.
func (f pointFormat) isText() bool { return f == pointCSV || f == pointNDJSON || f == pointGeoJSON }

// packing is how a file of text is compressed.
type packing string

const (
	unpacked packing = ""
	asGzip   packing = ".gz"
	zstd     packing = ".zst"
)

// pointFile is a file of points by its name, or by what is said of standard input and output.
type pointFile struct {
	path   string
	name   string // without the packing's suffix
	format pointFormat
	known  bool
	packing
}

const standard = "-"

// pointFileNamed tells the format by the name asked for ("csv.gz"), else by that of the file.
func pointFileNamed(path, asked string) (pointFile, error) {
	f := pointFile{path: path, name: filepath.Base(path)}
	if asked != "" {
		f.name = "points." + strings.ToLower(strings.TrimPrefix(asked, "."))
	}
	switch ext := strings.ToLower(filepath.Ext(f.name)); packing(ext) {
	case asGzip, zstd:
		f.packing, f.name = packing(ext), f.name[:len(f.name)-len(ext)]
	}
	f.format, f.known = pointFormats[strings.ToLower(filepath.Ext(f.name))]
	switch {
	case asked != "" && !f.known:
		return f, fault.New(fault.Usage, "unknown-point-format", fault.Args{"format": asked, "choices": pointChoices})
	case path == standard && asked == "":
		return f, fault.New(fault.Usage, "standard-needs-format", fault.Args{"choices": pointChoices})
	case f.packing != unpacked && !f.format.isText():
		return f, fault.New(fault.Usage, "packed-container", fault.Args{"format": strings.TrimPrefix(filepath.Ext(f.name), "."), "packing": string(f.packing)})
	}
	return f, nil
}

func (f pointFile) standard() bool { return f.path == standard }

// outputFile tells the format of the output: by its name, else that of the input.
func (o AssignOptions) outputFile(in pointFile) (pointFile, error) {
	if o.Out == standard && o.OutFormat == "" {
		in.path, in.packing = standard, unpacked
		return in, writable(in)
	}
	out, err := pointFileNamed(o.Out, o.OutFormat)
	if err != nil {
		return out, err
	}
	if !out.known || out.format == pointFormats[strings.ToLower(filepath.Ext(in.name))] { // an .ndjson of features stays one
		out.format = in.format
	}
	return out, writable(out)
}

func writable(f pointFile) error {
	if f.format == pointLayer {
		return fault.New(fault.Usage, "unknown-point-format", fault.Args{"format": filepath.Ext(f.name), "choices": pointChoices})
	}
	if f.standard() && f.format == pointGPKG {
		return fault.New(fault.Usage, "not-on-standard", fault.Args{"format": string(f.format)})
	}
	return nil
}

// magic are the first bytes of files that are no text.
var magic = []struct{ bytes, ext string }{
	{"PAR1", ".parquet"}, {"ARROW1\x00\x00", ".arrow"}, {"\xff\xff\xff\xff", ".arrows"}, {"\x28\xb5\x2f\xfd", ".zst"}, {"\x1f\x8b", ".gz"},
	{"SQLite format 3\x00", ".gpkg"}, {"PK\x03\x04", ".xlsx"}, {"\xd0\xcf\x11\xe0", ".xls"}, {"%PDF", ".pdf"}, {"fgb\x03", ".fgb"},
}

// checkMagic refuses a file whose first bytes belie its name.
func (f pointFile) checkMagic(head []byte) error {
	ext := strings.ToLower(filepath.Ext(f.path))
	if f.standard() {
		ext = strings.ToLower(filepath.Ext(f.name)) + string(f.packing)
	}
	if f.packing != unpacked {
		ext = string(f.packing)
	}
	if ext == ".feather" {
		ext = ".arrow"
	}
	i := slices.IndexFunc(magic, func(m struct{ bytes, ext string }) bool { return strings.HasPrefix(string(head), m.bytes) })
	if i >= 0 && magic[i].ext != ext {
		return fault.New(fault.Invalid, "wrong-extension", fault.Args{"is": magic[i].ext, "named": ext})
	}
	if i < 0 && slices.ContainsFunc(magic, func(m struct{ bytes, ext string }) bool { return m.ext == ext }) && f.format != pointGPKG {
		return fault.New(fault.Invalid, "broken-file", fault.Args{"format": strings.TrimPrefix(ext, ".")})
	}
	return nil
}
