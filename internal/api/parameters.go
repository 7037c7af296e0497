package api

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
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

// check refuses a query that would be misread: one that cannot be decoded, of which a part would be dropped; a parameter that
// is not known or is there twice, which would be passed over; a text that is not what openapi.yaml says.
func (known parameters) check(query string) error {
	if query == "" {
		return nil
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		f := fault.New(fault.Invalid, "bad-query", nil)
		f.Cause = err
		return f
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		rule := ""
		switch p, ok := known[name]; {
		case !ok:
			rule = "unknown-parameter"
		case len(values[name]) > 1:
			rule = "repeated-parameter"
		case !p.takes(values[name][0]):
			rule = "bad-parameter"
		default:
			continue
		}
		args := fault.Args{"name": name, "choices": strings.Join(slices.Sorted(maps.Keys(known)), ", ")}
		return fault.New(fault.Invalid, rule, args).In(fault.Place{Field: name})
	}
	return nil
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

// careful lets only requests through whose parameters are known, and gives those that are no stream an end.
func (s *Server) careful(known parameters, rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := known.check(r.URL.RawQuery); err != nil {
			s.fail(w, r, err)
			return
		}
		if !streams[rt.name] {
			wait := readPatience
			if rt.method != http.MethodGet {
				wait = writePatience
			}
			ctx, cancel := s.patient(r.Context(), wait)
			defer cancel()
			r = r.WithContext(ctx)
		}
		rt.handle(w, r)
	}
}
