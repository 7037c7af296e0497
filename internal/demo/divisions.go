package demo

import (
	_ "embed"
	"strings"

	"github.com/zhuwang/zhuwang/internal/grid"
)

//go:embed divisions.csv
var divisionsCSV string

// officialNames is the register of the model district: the district, its towns and communities, by code.
func officialNames() []grid.Named {
	var list []grid.Named
	for line := range strings.Lines(divisionsCSV) {
		code, name, _ := strings.Cut(strings.TrimSpace(line), ",")
		if c := grid.Code(code); c.Level() != grid.NoLevel {
			list = append(list, grid.Named{Code: c, Name: name})
		}
	}
	return list
}

// below lists the entries of a level in a division of the level above.
func below(register []grid.Named, l grid.Level, parent grid.Code) []grid.Named {
	var list []grid.Named
	for _, e := range register {
		if e.Code.Level() == l && e.Code.Parent() == parent {
			list = append(list, e)
		}
	}
	return list
}
