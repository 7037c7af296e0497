package app

import (
	"maps"
	"strings"

	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

type importBuildingsCmd struct {
	File string `arg:"" help:"建筑物的面文件，或有经纬度的表格 · File of footprints or points, or a table with lon and lat."`
	source
	District string `required:"" placeholder:"D" help:"城区编码，6 位 · Code of the district, 6 digits."`
	Field    string `placeholder:"id=…,address=…" help:"字段对应：id、code、name、address、households、storeys、use；面文件的出入口：lon、lat · Columns to read; lon and lat beside footprints are the entrance."`
	rowImport
}

func (c importBuildingsCmd) Run(e *env) error {
	district, err := c.district(c.District)
	if err != nil {
		return err
	}
	fields, door, err := buildingFields(c.Field)
	if err != nil {
		return err
	}
	options := c.options(exchange.WantPoints | exchange.WantPolygons)
	options.Fields = fields // of a table lon and lat are the place itself
	layer, err := exchange.Read(e.ctx, c.File, options)
	if err != nil {
		return err
	}
	if layer.IsTable() {
		door = nil
	}
	fields = maps.Clone(fields)
	delete(fields, "lon")
	delete(fields, "lat")
	return e.with(func(_ *database, service *grid.Service) error {
		return c.attempt(e, func() error { return c.once(e, service, district, layer, fields, door) })
	})
}

// once compares the file with what is stored, shows the difference, asks, and writes.
func (c importBuildingsCmd) once(e *env, service *grid.Service, district grid.Code, layer *exchange.Layer, fields, door map[string]string) error {
	basis, err := service.BuildingBasis(e.ctx, district)
	if err != nil {
		return err
	}
	rows := newLayerRows(layer, door)
	a, err := grid.AssembleBuildings(grid.BuildingInput{File: layer.File, Rows: rows.all(e.ctx), Fields: fields,
		Source: c.sourceName(c.File, c.Layer), Replace: c.Replace, Basis: basis})
	if err != nil {
		return e.refused(err, layer.File)
	}
	if err := c.tellRefused(e, layer.File, c.File, rows.columns, a.Refused, a.Bad, a.Rows); err != nil {
		return err
	}
	e.sayColumns(grid.BuildingFields, a.Columns, door, rows.columns)
	e.sayBuildings(a, c.Replace)
	written, err := c.write(e, a.Empty(), func() error { return service.Store.ChangeBuildings(e.ctx, district, a.Change) })
	if err != nil || !c.JSON {
		return err
	}
	return e.printJSON(c.result(map[string]any{"release": basis.Release, "households": a.Households, "across": straddlesJSON(a.Across),
		"codes": map[string]int{"own": a.Coded.Kept, "returned": a.Coded.Inherited, "new": a.Coded.Allocated}},
		counts{a.Rows, a.Bad, a.New, a.Changed, a.Same, a.Absent, len(a.Change.Remove)}, written))
}

// buildingFields reads --field; door are the columns of the entrance beside a footprint, nil for none.
func buildingFields(s string) (fields exchange.Mapping, door map[string]string, err error) {
	if fields, err = exchange.ParseMapping(s); err != nil {
		return nil, nil, err
	}
	if err := knownFields(fields, append([]string{"lon", "lat"}, grid.BuildingFields...)); err != nil {
		return nil, nil, err
	}
	if (fields["lon"] == "") != (fields["lat"] == "") {
		return nil, nil, fault.New(fault.Usage, "lon-without-lat", nil)
	}
	if fields["lon"] != "" {
		door = map[string]string{"lon": fields["lon"], "lat": fields["lat"]}
	}
	return fields, door, nil
}

// sayBuildings says what a file of buildings comes to.
func (e *env) sayBuildings(a *grid.BuildingAssembly, replace bool) {
	e.say("读到 %d 行；可用的建筑物 %d 栋，共 %d 户。", "Rows read: %d. Buildings: %d, with %d households.", a.Rows, a.New+a.Changed+a.Same, a.Households)
	e.say("与库中相比：新增 %d，变更 %d，不变 %d。", "Against what is stored: %d new, %d changed, %d the same.", a.New, a.Changed, a.Same)
	e.sayAbsent(a.Absent, len(a.Change.Remove), a.Kept, replace)
	if a.Others > 0 {
		e.say("另有 %d 栋来自别的来源，不受影响。", "%d of other sources are not touched.", a.Others)
	}
	if c := a.Coded; c.Kept+c.Inherited+c.Allocated > 0 {
		e.say("新增建筑物的编码：沿用文件中的 %d，恢复原编码 %d，新分配 %d。", "Codes of the new ones: %d from the file, %d that they had before, %d new.", c.Kept, c.Inherited, c.Allocated)
	}
	if len(a.Across) > 0 {
		e.say("跨网格边界的 %d 栋，按出入口（没有时按标注点）归属：", "%d lie across borders; their entrance, else their label point, decides:", len(a.Across))
	}
	for i, s := range a.Across {
		if i == shownRows {
			e.say("  ……还有 %d 栋（--json 列出全部）", "  … and %d more (--json lists all)", len(a.Across)-i)
			break
		}
		var parts []string
		for _, share := range s.Shares {
			parts = append(parts, outsideOr(e, share.Grid)+percent(share.Of))
		}
		e.say("  第 %d 行 %s：%s", "  row %d %s: %s", s.Row, s.Code, strings.Join(parts, e.word(fault.Text{Zh: "，", En: ", "})))
	}
}

func straddlesJSON(list []grid.Straddle) []map[string]any {
	all := []map[string]any{}
	for _, s := range list {
		shares := []map[string]any{}
		for _, share := range s.Shares {
			shares = append(shares, map[string]any{"grid": codeOrNull(share.Grid), "share": share.Of})
		}
		all = append(all, map[string]any{"row": s.Row, "id": s.ID, "code": s.Code, "shares": shares})
	}
	return all
}
