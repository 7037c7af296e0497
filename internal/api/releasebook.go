package api

import (
	"io"
	"strconv"
	"strings"

	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// Columns of the workbook of a difference.
var (
	countColumns = []exchange.Column{{Name: "level", Zh: "级别"}, {Name: "born", Zh: "新增", Type: exchange.Integer}, {Name: "gone", Zh: "撤销", Type: exchange.Integer},
		{Name: "changed", Zh: "变更", Type: exchange.Integer}, {Name: "since", Zh: "与第几版比", Type: exchange.Integer}, {Name: "release", Zh: "第几版", Type: exchange.Integer}}
	changeColumns = []exchange.Column{{Name: "level", Zh: "级别"}, {Name: "code", Zh: "编码"}, {Name: "name", Zh: "名称"}, {Name: "fate", Zh: "变化"}, {Name: "shape", Zh: "边界变了"},
		{Name: "attributes", Zh: "属性变化"}, {Name: "old_area_m2", Zh: "原面积（平方米）", Type: exchange.Real}, {Name: "area_m2", Zh: "面积（平方米）", Type: exchange.Real}}
	fromTo      = []exchange.Column{{Name: "from", Zh: "从"}, {Name: "to", Zh: "到"}}
	weight      = []exchange.Column{{Name: "area_m2", Zh: "面积（平方米）", Type: exchange.Real}, {Name: "buildings", Zh: "建筑物", Type: exchange.Integer}, {Name: "households", Zh: "户数", Type: exchange.Integer}}
	moveColumns = join(fromTo, weight)
	pointMoves  = join([]exchange.Column{{Name: "kind", Zh: "种类"}}, fromTo, []exchange.Column{{Name: "count", Zh: "数量", Type: exchange.Integer}})
	lineageRows = join([]exchange.Column{{Name: "release", Zh: "第几版", Type: exchange.Integer}, {Name: "kind", Zh: "沿革"}}, fromTo, weight,
		[]exchange.Column{{Name: "from_share", Zh: "占原网格", Type: exchange.Real}, {Name: "to_share", Zh: "占现网格", Type: exchange.Real}})
)

func join(lists ...[]exchange.Column) (all []exchange.Column) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// Words of the workbook, in both languages.
var (
	fateWords    = map[ChangeFate]string{Born: "新增 born", Gone: "撤销 gone", Changed: "变更 changed"}
	lineageWords = map[string]string{grid.LineageBorn: "新增 born", grid.LineageDied: "撤销 died", grid.LineageAdjusted: "边界调整 adjusted", grid.LineageTransfer: "划转 transfer",
		grid.LineageRecoded: "改码 recoded", grid.LineageSplit: "拆分 split", grid.LineageMerged: "合并 merged", grid.LineageRedrawn: "重划 redrawn"}
	attributeWords = map[AttributeChangeName]string{"name": "名称 name", "kind": "类型 kind", "category": "类别 category", "source_id": "来源编号 source_id", "parts": "部分数 parts"}
)

const outsideWords = "网外 outside"

// writeWorkbook writes the difference as a workbook: a sheet for the counts and one for each list, with headers in both languages.
func (d ReleaseDiff) writeWorkbook(w io.Writer) error {
	book := exchange.NewWorkbook(w)
	sheet := func(zh, en string, columns []exchange.Column, rows func(write func(...exchange.Value) error) error) error {
		s, err := book.Sheet(fault.Text{Zh: zh, En: en}, columns)
		if err != nil {
			return err
		}
		return rows(s.Write)
	}
	steps := []func() error{
		func() error { return sheet("概要", "Summary", countColumns, d.writeCounts) },
		func() error { return sheet("变更", "Changes", changeColumns, d.writeChanges) },
		func() error { return sheet("换了归属的地方", "Ground", moveColumns, d.writeMoves) },
		func() error { return sheet("点和建筑物", "Points", pointMoves, d.writePoints) },
		func() error { return sheet("沿革", "Lineage", lineageRows, d.writeLineage) },
		book.Close,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (d ReleaseDiff) writeCounts(write func(...exchange.Value) error) error {
	for l := grid.LevelDistrict; l <= grid.LevelGrid; l++ {
		c := d.Counts[string(levelName[l])]
		if err := write(textCell(bilingual(l)), countCell(c.Born), countCell(c.Gone), countCell(c.Changed), countCell(d.Since), countCell(d.Release)); err != nil {
			return err
		}
	}
	return nil
}

func (d ReleaseDiff) writeChanges(write func(...exchange.Value) error) error {
	levels := map[Level]string{}
	for l, name := range levelName {
		levels[name] = bilingual(l)
	}
	for _, c := range d.Changes {
		var attributes []string
		for _, a := range c.Attributes {
			attributes = append(attributes, attributeWords[a.Name]+"："+a.Old+" → "+a.New)
		}
		shape := ""
		if c.Shape {
			shape = "是 yes"
		}
		if err := write(textCell(levels[c.Level]), textCell(c.Code), textCell(c.Name), textCell(fateWords[c.Fate]), textCell(shape), textCell(strings.Join(attributes, "；")),
			realCell(c.OldAreaM2), realCell(c.AreaM2)); err != nil {
			return err
		}
	}
	return nil
}

func (d ReleaseDiff) writeMoves(write func(...exchange.Value) error) error {
	for _, m := range d.Moves {
		if err := write(gridCell(m.From), gridCell(m.To), realCell(m.AreaM2), countCell(m.Buildings), countCell(m.Households)); err != nil {
			return err
		}
	}
	return nil
}

func (d ReleaseDiff) writePoints(write func(...exchange.Value) error) error {
	for _, m := range d.Points {
		if err := write(textCell(m.Kind), gridCell(m.From), gridCell(m.To), countCell(m.Count)); err != nil {
			return err
		}
	}
	return nil
}

func (d ReleaseDiff) writeLineage(write func(...exchange.Value) error) error {
	for _, l := range d.Lineage {
		if err := write(countCell(l.Release), textCell(lineageWords[l.Kind]), gridCell(l.From), gridCell(l.To), realCell(l.AreaM2), countCell(l.Buildings), countCell(l.Households),
			realCell(l.FromShare), realCell(l.ToShare)); err != nil {
			return err
		}
	}
	return nil
}

func bilingual(l grid.Level) string { return l.Text().Zh + " " + l.Text().En }

func textCell(s string) exchange.Value { return exchange.Value{Kind: exchange.String, Text: s} }

func countCell(n int) exchange.Value {
	return exchange.Value{Kind: exchange.Number, Text: strconv.Itoa(n)}
}

func realCell(v float64) exchange.Value {
	return exchange.Value{Kind: exchange.Number, Text: strconv.FormatFloat(v, 'f', -1, 64)}
}

func gridCell(code *string) exchange.Value {
	if code == nil {
		return textCell(outsideWords)
	}
	return textCell(*code)
}
