package audit

import (
	"slices"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Action is what was done, for ever: kebab-case, the noun first.
type Action string

// Actions on nets, buildings, the base map and points.
const (
	ReleasePublish  Action = "release-publish"
	NamesPut        Action = "names-put"
	BuildingsChange Action = "buildings-change"
	BaseChange      Action = "base-change"
	PointsImport    Action = "points-import"
	PointsReplace   Action = "points-replace"
	PointsExport    Action = "points-export"
	PointCorrect    Action = "point-correct"
	PointOverrule   Action = "point-overrule"
	PointReassign   Action = "point-reassign"
	BatchRedeclare  Action = "batch-redeclare"
	DataRestore     Action = "data-restore"
	AuditExport     Action = "audit-export"
)

// actions are what people call them. Each package that has acts of its own registers them.
var actions = map[Action]fault.Text{
	ReleasePublish:  {Zh: "发布版本", En: "published a release"},
	NamesPut:        {Zh: "登记名称", En: "registered names"},
	BuildingsChange: {Zh: "更新建筑物", En: "changed buildings"},
	BaseChange:      {Zh: "更新底图", En: "changed the base map"},
	PointsImport:    {Zh: "导入点位", En: "imported points"},
	PointsReplace:   {Zh: "替换点位", En: "replaced points"},
	PointsExport:    {Zh: "导出点位", En: "exported points"},
	PointCorrect:    {Zh: "更正点位", En: "corrected a point"},
	PointOverrule:   {Zh: "人工指定网格", En: "gave a point a grid by hand"},
	PointReassign:   {Zh: "撤销人工指定", En: "took an assignment by hand back"},
	BatchRedeclare:  {Zh: "更改批次坐标系", En: "declared a batch anew"},
	DataRestore:     {Zh: "从备份恢复", En: "restored a backup"},
	AuditExport:     {Zh: "导出审计记录", En: "exported the audit"},
}

// Register names actions of another package, when that is loaded.
func Register(more map[Action]fault.Text) {
	for a, name := range more {
		if _, twice := actions[a]; twice {
			panic("audit: action " + string(a) + " is registered twice")
		}
		actions[a] = name
	}
}

// Name is what people call the action; of one that is not known, the action itself.
func (a Action) Name() fault.Text {
	if name, known := actions[a]; known {
		return name
	}
	return fault.Text{Zh: string(a), En: string(a)}
}

// Actions lists all of them, sorted.
func Actions() (all []Action) {
	for a := range actions {
		all = append(all, a)
	}
	slices.Sort(all)
	return all
}
