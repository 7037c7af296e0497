package exchange

import (
	"context"
	"strings"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// wkt is a CRS in well-known text (OGC 18-010, or the older form of Esri's .prj files).
type wkt struct {
	text  string
	title string // the name in its first quotation marks
	code  string // "EPSG:4490" where the text says it of the whole system
}

// parseWKT finds the name and the code of the outermost element.
func parseWKT(s string) wkt {
	w := wkt{text: s}
	depth, quoted, start := 0, false, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			if quoted = !quoted; quoted {
				start = i + 1
			} else if w.title == "" {
				w.title = s[start:i]
			}
		case quoted:
		case c == '[' || c == '(':
			if word := lastWord(s[:i]); depth == 1 && (word == "ID" || word == "AUTHORITY") {
				end := strings.IndexAny(s[i:], "])")
				if end < 0 {
					return w
				}
				authority, number, _ := strings.Cut(s[i+1:i+end], ",")
				number, _, _ = strings.Cut(number, ",")
				w.code = strings.Trim(authority, `" `) + ":" + strings.Trim(number, `" `)
			}
			depth++
		case c == ']' || c == ')':
			depth--
		}
	}
	return w
}

func lastWord(s string) string {
	return s[strings.LastIndexFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' })+1:]
}

// local reports whether this is a local system, of unknown place but for its name.
func (w wkt) local() bool {
	return strings.HasPrefix(w.text, "ENGCRS") || strings.HasPrefix(w.text, "LOCAL_CS")
}

// name is the code, else the title; "" for no CRS. A local system is none, unless its title is a datum of ours (see CRS.statement).
func (w wkt) name() string {
	switch {
	case w.local():
		if _, ours := crs.Parse(w.title); ours {
			return w.title
		}
		return ""
	case strings.HasPrefix(w.code, "EPSG:"), strings.HasPrefix(w.code, "OGC:"):
		return w.code
	}
	return w.title
}

// secret reports whether the system rests on a Chinese datum whose shift to CGCS2000 is not public: GDAL takes it as zero, which
// is wrong by up to 150 m.
func (w wkt) secret() bool {
	for _, datum := range []string{"Beijing 1954", "Beijing_1954", "Xian 1980", "Xian_1980", "New Beijing", "New_Beijing"} {
		if strings.Contains(w.text, datum) {
			return true
		}
	}
	return false
}

// known asks GDAL whether it knows the system and can bring it into CGCS2000 truly.
func (c CRS) known(ctx context.Context, limit timeout) error {
	if !strings.HasPrefix(c.System, "EPSG:") {
		return nil
	}
	out, err := gdal{limit}.run(ctx, nil, "gdalsrsinfo", "--single-line", "-o", "wkt2", c.System)
	w := parseWKT(strings.TrimSpace(string(out)))
	if f := fault.From(err); f != nil && f.Rule != "gdal-cannot-read" {
		return err
	}
	switch {
	case err != nil || w.title == "":
		return fault.New(fault.Usage, "unknown-crs", fault.Args{"crs": c.System, "choices": crsChoices})
	case w.secret():
		return fault.New(fault.Invalid, "no-public-shift", fault.Args{"crs": c.System})
	}
	return nil
}
