package app

import (
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// shownChanges is how many changes, and how many moves, are printed; --json gives all.
const shownChanges = 100

// sayDifference says what a new net changes.
func (e *env) sayDifference(base int, d grid.Difference) {
	if d.Empty() {
		e.say("与现行第 %d 版没有任何不同。", "Nothing differs from release %d, which is in force.", base)
		return
	}
	e.say("与第 %d 版相比：", "Against release %d:", base)
	for l := grid.LevelDistrict; l <= grid.LevelGrid; l++ {
		born, gone, changed := d.Count(l, grid.Born), d.Count(l, grid.Gone), d.Count(l, grid.Changed)
		if born+gone+changed > 0 {
			e.say("  %s：新增 %d，撤销 %d，变更 %d", "  %s: %d new, %d gone, %d changed", e.word(l.Text()), born, gone, changed)
		}
	}
	for i, c := range d.Changes {
		if i == shownChanges {
			e.say("  ……还有 %d 项（--json 列出全部）", "  … and %d more (--json lists all)", len(d.Changes)-i)
			break
		}
		e.say("  %s %s %s%s", "  %s %s %s%s", e.word(fateWords[c.Fate]), c.Code, c.Name, e.what(c))
	}
	if len(d.Moves) > 0 {
		e.say("换了归属的地方，从 → 到：", "What changed hands, from → to:")
	}
	for i, m := range d.Moves {
		if i == shownChanges {
			e.say("  ……还有 %d 处（--json 列出全部）", "  … and %d more (--json lists all)", len(d.Moves)-i)
			break
		}
		e.say("  %s → %s：%.1f 平方米，%d 栋建筑，%d 户", "  %s → %s: %.1f m², buildings: %d, households: %d", outsideOr(e, m.From), outsideOr(e, m.To), m.AreaM2, m.Buildings, m.Households)
	}
}

// sayMoved says what a release moved to other grids: how much of each kind, from where to where.
func (e *env) sayMoved(d grid.Difference) {
	say := func(list []grid.Moved) {
		for i, m := range list {
			if i == shownChanges {
				e.say("  ……还有 %d 项（--json 列出全部）", "  … and %d more (--json lists all)", len(list)-i)
				return
			}
			e.say("  %s：%s → %s，%d 个", "  %s: %s → %s, %d", m.Kind, outsideOr(e, m.From), outsideOr(e, m.To), m.Count)
		}
	}
	if len(d.Moved) > 0 {
		e.say("改归其他网格的建筑与点，按类型，从 → 到：", "Buildings and points that lie in another grid now, by kind, from → to:")
		say(d.Moved)
	}
	if len(d.ManualEnded) > 0 {
		e.say("其中原由人工指定、所指网格已撤销，改按位置归属的：", "Of these, what a person had given to a grid that is gone, and now is assigned by its place:")
		say(d.ManualEnded)
	}
}

// movedJSON is what moved for scripts. Outside of the net is null.
func movedJSON(list []grid.Moved) []map[string]any {
	items := []map[string]any{}
	for _, m := range list {
		items = append(items, map[string]any{"kind": m.Kind, "from": codeOrNull(m.From), "to": codeOrNull(m.To), "count": m.Count})
	}
	return items
}

var fateWords = map[grid.Fate]fault.Text{
	grid.Born: {Zh: "新增", En: "new"}, grid.Gone: {Zh: "撤销", En: "gone"}, grid.Changed: {Zh: "变更", En: "changed"},
}

var attributeWords = map[string]fault.Text{
	"name": {Zh: "名称", En: "name"}, "kind": {Zh: "类型", En: "kind"}, "category": {Zh: "类别", En: "category"},
	"source_id": {Zh: "来源编号", En: "source id"}, "parts": {Zh: "部分数", En: "parts"},
}

// what says which parts of a division or grid changed, and what it was called if that is one of them.
func (e *env) what(c grid.Change) string {
	if c.Fate != grid.Changed {
		return ""
	}
	var parts []string
	if c.Shape {
		parts = append(parts, e.word(fault.Text{Zh: "边界", En: "border"}))
	}
	for _, a := range c.Attributes {
		word := e.word(attributeWords[a])
		if a == "name" {
			word += e.word(fault.Text{Zh: "，原为 ", En: ", was "}) + c.OldName
		}
		parts = append(parts, word)
	}
	return e.word(fault.Text{Zh: "（", En: " ("}) + strings.Join(parts, e.word(fault.Text{Zh: "；", En: "; "})) + e.word(fault.Text{Zh: "）", En: ")"})
}

func outsideOr(e *env, c grid.Code) string {
	if c == "" {
		return e.word(fault.Text{Zh: "网外", En: "outside"})
	}
	return string(c)
}

// codeOrNull is a code for scripts; none is null.
func codeOrNull(c grid.Code) any {
	if c == "" {
		return nil
	}
	return c
}

// differenceJSON are all changes and moves for scripts. What lay, or lies, in no grid is null.
func differenceJSON(d grid.Difference) (changes, moves []map[string]any) {
	changes, moves = []map[string]any{}, []map[string]any{}
	for _, c := range d.Changes {
		m := map[string]any{"level": c.Level.Text().En, "code": c.Code, "name": c.Name, "how": c.Fate, "border": c.Shape,
			"attributes": append([]string{}, c.Attributes...), "old_area_m2": c.OldAreaM2, "area_m2": c.AreaM2}
		if c.Fate == grid.Changed {
			m["old_name"] = c.OldName
		}
		changes = append(changes, m)
	}
	for _, m := range d.Moves {
		moves = append(moves, map[string]any{"from": codeOrNull(m.From), "to": codeOrNull(m.To), "area_m2": m.AreaM2,
			"buildings": m.Buildings, "households": m.Households})
	}
	return changes, moves
}
