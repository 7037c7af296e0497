package app

import (
	"fmt"

	"github.com/zhuwang/zhuwang/geo/coverage"
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
	to, from := "-", ""
	if c.Face >= 0 {
		to = fmt.Sprint(rows[c.Face].N)
	}
	for _, f := range c.From {
		from += fmt.Sprintf(" %d", rows[f].N)
	}
	if from != "" {
		from = e.word(fault.Text{Zh: "，取自行", En: ", from row"}) + from
	}
	e.say("  %s：行 %s%s，位置 %.7f, %.7f，%.2f 平方米，最宽 %.2f 米", "  %s: row %s%s, at %.7f, %.7f, %.2f m², %.2f m at the widest",
		e.word(changeWords[c.Kind]), to, from, c.At.Lon(), c.At.Lat(), c.Area, c.Width)
}
