package api

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// parameter is what openapi.yaml says of the text of a query parameter. Numbers, and what has a rule of its own, are judged where they are used.
type parameter struct {
	longest int // characters; 0: any number
	pattern *regexp.Regexp
	choices []any
	moment  bool // RFC 3339
}

// parameters are the query parameters of an operation, by name.
type parameters map[string]parameter

// readParameters reads the query parameters of every operation, by its id. Each takes lang.
func readParameters() (map[string]parameters, error) {
	spec, err := openapi3.NewLoader().LoadFromData(openAPI)
	if err != nil {
		return nil, err
	}
	all := map[string]parameters{}
	for _, path := range spec.Paths.Map() {
		for _, operation := range path.Operations() {
			known := parameters{"lang": {}}
			for _, ref := range operation.Parameters {
				if ref.Value.In != "query" {
					continue
				}
				schema := ref.Value.Schema.Value
				p := parameter{moment: schema.Format == "date-time"}
				if schema.MaxLength != nil {
					p.longest = int(*schema.MaxLength)
				}
				if schema.Pattern != "" {
					if p.pattern, err = regexp.Compile(schema.Pattern); err != nil {
						return nil, err
					}
				}
				if ref.Value.Name != "crs" { // unknown-crs tells the choices
					p.choices = schema.Enum
				}
				known[ref.Value.Name] = p
			}
			all[operation.OperationID] = known
		}
	}
	return all, nil
}

// read reads a query and refuses one that would be misread: one that cannot be decoded, of which a part would be dropped; a parameter that
// is not known or is there twice, which would be passed over; a text that is not what openapi.yaml says.
func (known parameters) read(query string) (url.Values, error) {
	if query == "" {
		return nil, nil
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, causedBy(fault.New(fault.Invalid, "bad-query", nil), err)
	}
	wrong, broken := "", "" // the first parameter by name that breaks a rule
	for name, texts := range values {
		if rule := known.breaks(name, texts); rule != "" && (wrong == "" || name < wrong) {
			wrong, broken = name, rule
		}
	}
	if broken == "" {
		return values, nil
	}
	args := fault.Args{"name": wrong, "choices": strings.Join(slices.Sorted(maps.Keys(known)), ", ")}
	return nil, fault.New(fault.Invalid, broken, args).In(fault.Place{Field: wrong})
}

// breaks is the rule that a parameter breaks, "" for none.
func (known parameters) breaks(name string, texts []string) string {
	switch p, ok := known[name]; {
	case !ok:
		return "unknown-parameter"
	case len(texts) > 1:
		return "repeated-parameter"
	case !p.takes(texts[0]):
		return "bad-parameter"
	}
	return ""
}

func (p parameter) takes(text string) bool {
	if p.moment {
		// The first moment of all stands for "now" inside.
		if t, err := time.Parse(time.RFC3339, text); err != nil || t.IsZero() {
			return false
		}
	}
	return (p.longest == 0 || utf8.RuneCountInString(text) <= p.longest) &&
		(p.pattern == nil || p.pattern.MatchString(text)) &&
		(p.choices == nil || slices.Contains(p.choices, any(text)))
}

// readNumber is a number of a query; 0 where it is not given.
func readNumber(query url.Values, name string) (float64, error) {
	if !query.Has(name) {
		return 0, nil
	}
	v, err := strconv.ParseFloat(query.Get(name), 64)
	if err != nil {
		return 0, causedBy(badField(name), err)
	}
	return v, nil
}

// readTime is a moment of a query; nil where it is not given.
func readTime(query url.Values, name string) (*time.Time, error) {
	if !query.Has(name) {
		return nil, nil
	}
	t, err := time.Parse(time.RFC3339, query.Get(name))
	if err != nil {
		return nil, causedBy(badField(name), err)
	}
	return &t, nil
}

// causedBy notes for the log why something was refused.
func causedBy(f *fault.Error, cause error) *fault.Error {
	f.Cause = cause
	return f
}

// careful lets only requests through whose parameters are known, and gives an end to those that do not bound themselves.
func (s *Server) careful(known parameters, rt route) http.HandlerFunc {
	wait := readPatience
	if rt.method != http.MethodGet {
		wait = writePatience
	}
	return func(w http.ResponseWriter, r *http.Request) {
		query, err := known.read(r.URL.RawQuery)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		callOf(r.Context()).query = query
		if !unbounded[rt.name] {
			ctx, cancel := s.patient(r.Context(), wait)
			defer cancel()
			r = r.WithContext(ctx)
		}
		rt.handle(w, r)
	}
}
