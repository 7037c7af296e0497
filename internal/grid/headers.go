package grid

import (
	"maps"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// headers finds what rows say, in the columns that a person named or that have usual headers. Only the rows of some formats know
// their columns, so they are learned from each row.
type headers struct {
	usual map[string][]string // our name → headers, best first, in lower case
	named map[string]string   // our name → the file's
	found map[string]found    // our name → the best column seen so far
	seen  map[string]bool
}

type found struct {
	column string
	rank   int // among the usual headers
}

func newHeaders(usual map[string][]string, named map[string]string) *headers {
	h := &headers{usual: usual, named: named, found: map[string]found{}, seen: map[string]bool{}}
	for name, column := range named {
		h.found[name] = found{column: column}
	}
	return h
}

// learn takes note of a row's columns.
func (h *headers) learn(r *Row) {
	for column := range r.Fields {
		if h.seen[column] {
			continue
		}
		h.seen[column] = true
		plain := strings.ToLower(strings.TrimSpace(column))
		for name, list := range h.usual {
			rank := slices.Index(list, plain)
			if f, known := h.found[name]; rank >= 0 && (!known || h.named[name] == "" && rank < f.rank) {
				h.found[name] = found{column, rank}
			}
		}
	}
}

// value is the trimmed text that a row has for our name; "" for none.
func (h *headers) value(r *Row, name string) string { return r.value(h.found[name].column) }

// has reports whether any row so far had a column for our name.
func (h *headers) has(name string) bool { return h.seen[h.found[name].column] }

// taken are the columns that are read, by our names.
func (h *headers) taken() map[string]string {
	taken := map[string]string{}
	for name, f := range h.found {
		if h.seen[f.column] {
			taken[name] = f.column
		}
	}
	return taken
}

// missing are the columns that a person named and no row has.
func (h *headers) missing(file string) (faults []*fault.Error) {
	for _, name := range slices.Sorted(maps.Keys(h.named)) {
		if column := h.named[name]; !h.seen[column] {
			faults = append(faults, fault.New(fault.Invalid, "field-missing", fault.Args{
				"field": column, "fields": strings.Join(slices.Sorted(maps.Keys(h.seen)), ", ")}).In(fault.Place{File: file, Field: column}))
		}
	}
	return faults
}
