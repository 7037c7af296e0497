package exchange

import "context"

// Sample is the beginning of a layer: enough to see what its columns hold.
type Sample struct {
	Columns []string // those that occur
	Rows    []Row
}

// Sample reads the first rows of a layer, at most n. Rows that cannot be used are among them.
func (l *Layer) Sample(ctx context.Context, n int) (s Sample, err error) {
	s.Columns = append(s.Columns, l.Columns...)
	known := map[string]bool{}
	for _, c := range s.Columns {
		known[c] = true
	}
	for r, err := range l.Rows(ctx) {
		if err != nil {
			return s, err
		}
		for _, f := range r.Fields {
			if r.Fault == nil && !known[f.Name] {
				known[f.Name] = true
				s.Columns = append(s.Columns, f.Name)
			}
		}
		if s.Rows = append(s.Rows, r); len(s.Rows) == n {
			break
		}
	}
	return s, nil
}

// Cells are the texts of the good rows, each in the order of Columns; "" where a row has no value.
func (s Sample) Cells() [][]string {
	at := map[string]int{}
	for i, c := range s.Columns {
		at[c] = i
	}
	var rows [][]string
	for _, r := range s.Rows {
		if r.Fault != nil {
			continue
		}
		cells := make([]string, len(s.Columns))
		for _, f := range r.Fields {
			cells[at[f.Name]] = f.String()
		}
		rows = append(rows, cells)
	}
	return rows
}
