package app

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"github.com/paulmach/orb"

	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// sayCleaned lists what --clean changed.
func (e *env) sayCleaned(changes []coverage.Change, t *grid.Table) {
	if len(changes) == 0 {
		return
	}
	e.say("修补了 %d 处：", "%d changes were made to clean the net:", len(changes))
	for _, c := range changes {
		e.sayChange(c, t.Rows)
	}
}

// changeWords say what a change did.
var changeWords = map[coverage.ChangeKind]fault.Text{
	coverage.Repaired: {Zh: "重建了无效图形", En: "an invalid shape was rebuilt"},
	coverage.Overlap:  {Zh: "重叠处划归一方", En: "an overlap was given to one side"},
	coverage.Gap:      {Zh: "缝隙划归相邻网格", En: "a gap was given to a neighbour"},
	coverage.Fragment: {Zh: "碎块划归相邻网格", En: "a fragment was given to a neighbour"},
	coverage.Vertex:   {Zh: "边界补上了邻居的顶点", En: "a border got its neighbour's vertex"},
	coverage.Emptied:  {Zh: "图形已空", En: "nothing was left of a shape"},
}

// sayChange prints one change: rows, what, where, how much.
func (e *env) sayChange(c coverage.Change, rows []grid.Row) {
	from, much := "", ""
	for _, n := range rowsOf(c.From, rows) {
		from += fmt.Sprintf(" %d", n)
	}
	if from != "" {
		from = e.word(fault.Text{Zh: "，取自行", En: ", from row"}) + from
	}
	if c.Area > 0 {
		much = fmt.Sprintf(e.word(fault.Text{Zh: "，%s 平方米，最宽 %s 米", En: ", %s m², %s m at the widest"}), fault.Amount(c.Area), fault.Amount(c.Width))
	}
	to := "-"
	if c.Face >= 0 {
		to = fmt.Sprint(rows[c.Face].N)
	}
	e.say("  %s：行 %s%s，位置 %.7f, %.7f%s", "  %s: row %s%s, at %.7f, %.7f%s", e.word(changeWords[c.Kind]), to, from, c.At.Lon(), c.At.Lat(), much)
}

func rowsOf(faces []int, rows []grid.Row) []int {
	var list []int
	for _, f := range faces {
		list = append(list, rows[f].N)
	}
	return list
}

// writeCleaned writes what --clean changed as a layer for a GIS: a feature a change, with the place that changed hands or the vertex.
func (e *env) writeCleaned(path string, changes []coverage.Change, rows []grid.Row) error {
	return e.writeFile(path, func(w *os.File) error {
		g := exchange.NewGeoJSONWriter(w, "changes", crs.CGCS2000)
		for _, c := range changes {
			from, err := json.Marshal(append([]int{}, rowsOf(c.From, rows)...))
			if err != nil {
				return err
			}
			row := exchange.Value{}
			if c.Face >= 0 {
				row = exchange.Value{Kind: exchange.Number, Text: strconv.Itoa(rows[c.Face].N)}
			}
			var shape orb.Geometry = c.At.Orb()
			if len(c.Shape) > 0 {
				shape = c.Shape.Orb()
			}
			words := changeWords[c.Kind]
			err = g.Write("", []exchange.Field{
				{Name: "zh", Value: exchange.Value{Kind: exchange.String, Text: words.Zh}},
				{Name: "en", Value: exchange.Value{Kind: exchange.String, Text: words.En}},
				{Name: "rule", Value: exchange.Value{Kind: exchange.String, Text: c.Rule}},
				{Name: "row", Value: row},
				{Name: "from_rows", Value: exchange.Value{Kind: exchange.JSON, Text: string(from)}},
				{Name: "area_m2", Value: exchange.Value{Kind: exchange.Number, Text: strconv.FormatFloat(c.Area, 'f', 4, 64)}},
				{Name: "width_m", Value: exchange.Value{Kind: exchange.Number, Text: strconv.FormatFloat(c.Width, 'f', 4, 64)}},
			}, shape)
			if err != nil {
				return err
			}
		}
		return g.Close()
	})
}
