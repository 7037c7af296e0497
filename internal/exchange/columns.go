package exchange

import (
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Mapping says which column of a file holds what: our name → the file's name.
type Mapping map[string]string

// ParseMapping reads code=网格编码,name=NAME; "" maps nothing. A name given twice, an empty side or a missing = is a usage error.
func ParseMapping(s string) (Mapping, error) {
	m := Mapping{}
	if s == "" {
		return m, nil
	}
	for part := range strings.SplitSeq(s, ",") {
		name, column, found := strings.Cut(part, "=")
		name, column = strings.TrimSpace(name), strings.TrimSpace(column)
		if _, twice := m[name]; !found || name == "" || column == "" || twice {
			return nil, fault.New(fault.Usage, "bad-mapping", fault.Args{"part": part})
		}
		m[name] = column
	}
	return m, nil
}

// Column is a column that Zhuwang knows: its name, its Chinese header, and the words of the notes in a template.
type Column struct {
	Name     string
	Zh       string   // header in templates, accepted on reading
	Aliases  []string // further headers accepted, compared without case
	Required bool
	Note     fault.Text
	Example  string
	Choices  []string // the values allowed, for a list in the template

	Type Type // of the values in files that are written
}

// columnsOf lists the headers that may hold our name, best first: the mapped column alone, which must be written as in the
// file; else the name, the Chinese header and the aliases, in upper or lower case.
func (l *Layer) columnsOf(name string) []string {
	if column, mapped := l.opts.Fields[name]; mapped {
		return []string{column}
	}
	return headersOf(name)
}

// headersOf is shared by all rows; it must not be written to.
func headersOf(name string) []string {
	if h, ok := headers[name]; ok {
		return h
	}
	return []string{name}
}

// headers: our name → accepted headers.
var headers = func() map[string][]string {
	m := map[string][]string{}
	lists := [][]Column{lonLat, written}
	for _, t := range templates {
		lists = append(lists, t.columns)
	}
	slices.Reverse(lists) // templates first
	for _, list := range lists {
		for _, c := range list {
			for _, h := range append([]string{c.Name, c.Zh}, c.Aliases...) {
				if !slices.Contains(m[c.Name], h) {
					m[c.Name] = append(m[c.Name], h)
				}
			}
		}
	}
	return m
}()

// columnIndex finds the column of a table that holds our name; -1 if there is none. A mapping to a column that does not exist
// is an error.
func (l *Layer) columnIndex(name string) (int, error) {
	if column, mapped := l.opts.Fields[name]; mapped {
		if i := slices.Index(l.Columns, column); i >= 0 {
			return i, nil
		}
		return -1, fault.New(fault.Usage, "field-missing", fault.Args{"field": column, "fields": strings.Join(l.Columns, ", ")})
	}
	for _, h := range headersOf(name) {
		if i := slices.IndexFunc(l.Columns, func(c string) bool { return strings.EqualFold(c, h) }); i >= 0 {
			return i, nil
		}
	}
	return -1, nil
}

// checkMapping requires that every mapped column exists, where the columns are known.
func (l *Layer) checkMapping() error {
	for name := range l.opts.Fields {
		if _, err := l.columnIndex(name); err != nil {
			return err
		}
	}
	return nil
}

// checkColumns refuses a header with two columns of one name, which would leave open which of them is meant.
func checkColumns(columns []string) error {
	for i, c := range columns {
		if j := slices.Index(columns[:i], c); j >= 0 && c != "" {
			return fault.New(fault.Invalid, "duplicate-column", fault.Args{"column": c, "first": j + 1, "second": i + 1})
		}
	}
	return nil
}
