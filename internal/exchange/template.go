package exchange

import (
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// sheetPlan is a workbook for people who have no GIS: a sheet with two header rows (Chinese, and the names that commands
// use), and a sheet of notes.
type sheetPlan struct {
	name    string
	title   fault.Text
	columns []Column
}

// headStyle is the style of headers.
var headStyle = &excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: 49, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF4"}}}

var datums = []string{"cgcs2000", "wgs84", "gcj02", "bd09"}

// lonLat are the columns of a point.
var lonLat = []Column{
	{Name: "lon", Zh: "经度", Aliases: []string{"longitude", "lng", "long", "x"}, Required: true, Example: "108.3211234",
		Note: fault.Text{Zh: "十进制度，东经为正。不要写度分秒。", En: "Decimal degrees, east positive. No minutes and seconds."}},
	{Name: "lat", Zh: "纬度", Aliases: []string{"latitude", "y"}, Required: true, Example: "22.8112345",
		Note: fault.Text{Zh: "十进制度，北纬为正。", En: "Decimal degrees, north positive."}},
	{Name: "crs", Zh: "坐标系", Aliases: []string{"datum"}, Example: "gcj02", Choices: datums,
		Note: fault.Text{Zh: "该点的坐标系；整张表相同时可留空，用 --crs 说明。高德、腾讯取的点是 gcj02，百度是 bd09，北斗或 GPS 是 cgcs2000 或 wgs84。",
			En: "Datum of the point; leave it empty and say --crs when the whole sheet has one. AMap and Tencent give gcj02, Baidu bd09, BeiDou and GPS cgcs2000 or wgs84."}},
}

var templates = []sheetPlan{
	{"divisions", fault.Text{Zh: "区划", En: "Divisions"}, []Column{
		{Name: "code", Zh: "编码", Aliases: []string{"代码"}, Required: true, Example: "450105001001",
			Note: fault.Text{Zh: "6 位城区、9 位镇（街道）、12 位村（社区）。单元格须为文本格式。", En: "6 digits district, 9 town, 12 community. Format the cells as text."}},
		{Name: "name", Zh: "名称", Required: true, Example: "福建园社区",
			Note: fault.Text{Zh: "官方名称。", En: "The official name."}},
		{Name: "level", Zh: "级别", Aliases: []string{"层级"}, Example: "村（社区）", Choices: []string{"城区", "镇（街道）", "村（社区）"},
			Note: fault.Text{Zh: "可留空，由编码位数决定。", En: "May be empty: the length of the code says it."}},
	}},
	{"net", fault.Text{Zh: "网格属性", En: "Grid attributes"}, []Column{
		{Name: "code", Zh: "网格编码", Aliases: []string{"编码"}, Required: true, Example: "450105001001001",
			Note: fault.Text{Zh: "与图形文件中的编码一致。单元格须为文本格式。", En: "The same as in the file of shapes. Format the cells as text."}},
		{Name: "name", Zh: "网格名称", Aliases: []string{"名称"}, Required: true, Example: "福建园社区第一网格",
			Note: fault.Text{Zh: "网格的名称。", En: "The grid's name."}},
		{Name: "kind", Zh: "网格类型", Aliases: []string{"类型"}, Example: "基础", Choices: []string{"基础", "专属"},
			Note: fault.Text{Zh: "可留空，由类别决定。", En: "May be empty: the category says it. 基础 basic, 专属 dedicated; the English words are read too."}},
		{Name: "category", Zh: "网格类别", Aliases: []string{"类别"}, Example: "居民小区(楼栋群)",
			Choices: []string{"坡(队、组)", "居民小区(楼栋群)", "工业园区", "商务楼宇", "商圈", "学校", "医院", "企事业单位", "治安重点地区"},
			Note: fault.Text{Zh: "坡(队、组)、居民小区(楼栋群)属于基础网格，其余属于专属网格。",
				En: "Of basic grids: hamlet, residential area. Of dedicated ones: industrial park, office buildings, shopping area, school, hospital, institution, security focus."}},
		{Name: "community", Zh: "所属村（社区）", Aliases: []string{"社区", "村社区"}, Example: "450105001001",
			Note: fault.Text{Zh: "村（社区）的 12 位编码或官方名称。", En: "The community's code of 12 digits, or its official name."}},
	}},
	{"buildings", fault.Text{Zh: "建筑物", En: "Buildings"}, concat([]Column{
		{Name: "id", Zh: "编号", Aliases: []string{"建筑物编号", "楼栋编号"}, Example: "D-0001",
			Note: fault.Text{Zh: "本单位自己的编号，每栋一个，以后不变：再次导入时按它认出同一栋。", En: "Your own number, one a building, for good: by it a later file means the same building."}},
		{Name: "code", Zh: "建筑物编码", Aliases: []string{"编码"}, Example: "",
			Note: fault.Text{Zh: "17 位编码；没有就留空，由系统分配。单元格须为文本格式。", En: "The code of 17 digits; leave it empty and one is allocated. Format the cells as text."}},
		{Name: "name", Zh: "名称", Aliases: []string{"建筑物名称"}, Example: "1 栋",
			Note: fault.Text{Zh: "楼名或楼号。", En: "Name or number of the building."}},
		{Name: "address", Zh: "地址", Aliases: []string{"门牌地址"}, Example: "示例路 1 号",
			Note: fault.Text{Zh: "门楼牌地址。", En: "The address on the plate."}},
	}, lonLat, []Column{
		{Name: "households", Zh: "户数", Example: "48", Note: fault.Text{Zh: "整数；不住人的填 0。", En: "A whole number; 0 where nobody lives."}},
		{Name: "storeys", Zh: "层数", Aliases: []string{"楼层"}, Example: "6", Note: fault.Text{Zh: "地上层数，整数。", En: "Storeys above ground, a whole number."}},
		{Name: "use", Zh: "用途", Example: "residential", Note: fault.Text{Zh: "住宅、商业、办公等。", En: "Residential, commercial, office and so on."}},
	})},
	{"points", fault.Text{Zh: "点位", En: "Points"}, concat([]Column{
		{Name: "kind", Zh: "种类", Required: true, Example: "report",
			Note: fault.Text{Zh: "小写英文词，可用连字符，例如 report；整张表相同时可留空，用 --kind 说明。", En: "A word in lower case, hyphens allowed, such as report; leave it empty and say --kind when the whole sheet has one."}},
		{Name: "id", Zh: "编号", Aliases: []string{"ID"}, Required: true, Example: "R-0001",
			Note: fault.Text{Zh: "来源系统中的唯一编号：凭它认出重复的上报。", En: "The unique id in the source system, by which a report that comes again is known."}},
		{Name: "at", Zh: "时间", Example: "2026-11-23 09:30",
			Note: fault.Text{Zh: "如 2026-11-23 09:30:00、2026/11/23、2026年11月23日，或 RFC 3339；没有写时区的按本地时间。不详则留空，以入库时刻为准。",
				En: "As 2026-11-23 09:30:00, 2026/11/23 or RFC 3339; local time where no zone is said. Empty: not known, the moment of storing counts."}},
	}, lonLat, []Column{
		{Name: "accuracy_m", Zh: "精度（米）", Aliases: []string{"精度"}, Example: "15",
			Note: fault.Text{Zh: "定位精度，米；不详则留空。您可以在右边加别的列，它们作为属性保留（居民除外）。",
				En: "Accuracy of the position in metres; empty if not known. Columns that you add to the right are kept as attributes (not of residents)."}},
	})},
	{"members", fault.Text{Zh: "成员", En: "Members"}, []Column{
		{Name: "staff_no", Zh: "工号", Required: true, Example: "W-0001",
			Note: fault.Text{Zh: "每人一个，也是账号名（另有账号列时以账号列为准）。一人多个角色就写多行。", En: "One a person, and the account's name unless the column account has one. Somebody with several roles has several rows."}},
		{Name: "full_name", Zh: "姓名", Required: true, Example: "张三",
			Note: fault.Text{Zh: "本人姓名。", En: "The person's name."}},
		{Name: "role", Zh: "角色", Required: true, Example: "网格员", Choices: []string{"管理员", "规划员", "审核员", "调度员", "指导员", "网格长", "网格员", "分析员"},
			Note: fault.Text{Zh: "从列表中选；英文词（member 等）也可以。", En: "One of the list; the English words (member and so on) are read too."}},
		{Name: "prefix", Zh: "辖区编码", Aliases: []string{"辖区"}, Required: true, Example: "450105001001001",
			Note: fault.Text{Zh: "6 位城区、9 位镇（街道）、12 位村（社区）或 15 位网格编码。单元格须为文本格式。", En: "The code of a district (6 digits), town (9), community (12) or grid (15). Format the cells as text."}},
		{Name: "phone", Zh: "电话", Aliases: []string{"手机"}, Example: "13800000000", Note: fault.Text{Zh: "可留空。", En: "May be empty."}},
		{Name: "email", Zh: "邮箱", Example: "zhangsan@example.org", Note: fault.Text{Zh: "可留空；统一身份认证可凭它认出本人。", En: "May be empty; an identity provider may know the person by it."}},
		{Name: "account", Zh: "账号", Example: "zhangsan", Note: fault.Text{Zh: "可留空：以工号为账号。账号名终身不变。", En: "May be empty: then it is the staff number. It never changes."}},
		{Name: "from", Zh: "授权开始", Example: "2026-01-01", Note: fault.Text{Zh: "可留空：立即生效。", En: "May be empty: at once."}},
		{Name: "until", Zh: "授权截止", Example: "2026-12-31", Note: fault.Text{Zh: "可留空：长期。当天仍有效。", En: "May be empty: for good. The day itself is included."}},
	}},
}

func concat(lists ...[]Column) (all []Column) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// Templates lists the names of the templates: divisions, net, buildings, points, members.
func Templates() []string {
	var names []string
	for _, t := range templates {
		names = append(names, t.name)
	}
	return names
}

// Columns are the columns of a template; nil for an unknown name.
func Columns(template string) []Column {
	for _, t := range templates {
		if t.name == template {
			return t.columns
		}
	}
	return nil
}

// WriteTemplate writes an empty workbook (.xlsx) to fill in: the data sheet first, then the notes.
func WriteTemplate(w io.Writer, template string) error {
	for _, t := range templates {
		if t.name == template {
			return t.write(w)
		}
	}
	return fault.New(fault.Usage, "no-such-template", fault.Args{"name": template, "names": strings.Join(Templates(), ", ")})
}

func (t sheetPlan) write(w io.Writer) error {
	book := excelize.NewFile()
	defer book.Close()
	data, notes := t.title.Zh+" "+t.title.En, "说明 Notes"
	head, err := book.NewStyle(headStyle)
	if err != nil {
		return err
	}
	text, err := book.NewStyle(&excelize.Style{NumFmt: 49}) // text, so that long codes keep their digits
	if err != nil {
		return err
	}
	wrap, err := book.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	steps := []func() error{
		func() error { return book.SetSheetName("Sheet1", data) },
		func() error { _, err := book.NewSheet(notes); return err },
		func() error {
			return book.SetPanes(data, &excelize.Panes{Freeze: true, YSplit: 2, TopLeftCell: "A3", ActivePane: "bottomLeft"})
		},
		func() error { return book.SetColWidth(notes, "A", "D", 18) },
		func() error { return book.SetColWidth(notes, "E", "F", 60) },
		func() error {
			return book.SetSheetRow(notes, "A1", &[]any{"列 Column", "表头 Header", "必填 Required", "示例 Example", "说明", "Note"})
		},
		func() error { return book.SetCellStyle(notes, "A1", "F1", head) },
	}
	for i, c := range t.columns {
		letter, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		row, err := excelize.JoinCellName("A", i+2)
		if err != nil {
			return err
		}
		last, err := excelize.JoinCellName("F", i+2)
		if err != nil {
			return err
		}
		required := ""
		if c.Required {
			required = "是 yes"
		}
		steps = append(steps,
			func() error { return book.SetColStyle(data, letter, text) },
			func() error { return book.SetColWidth(data, letter, letter, 20) },
			func() error { return book.SetCellStr(data, letter+"1", c.Zh) },
			func() error { return book.SetCellStr(data, letter+"2", c.Name) },
			func() error { return book.SetCellStyle(data, letter+"1", letter+"2", head) },
			func() error {
				return book.SetSheetRow(notes, row, &[]any{c.Name, c.Zh, required, c.Example, c.Note.Zh, c.Note.En})
			},
			func() error { return book.SetCellStyle(notes, row, last, wrap) },
		)
		if len(c.Choices) > 0 {
			list := excelize.NewDataValidation(true)
			list.SetSqref(letter + "3:" + letter + "1048576")
			steps = append(steps,
				func() error { return list.SetDropList(c.Choices) },
				func() error { return book.AddDataValidation(data, list) })
		}
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return book.Write(w)
}
