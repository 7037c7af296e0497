package app

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"strconv"
	"time"

	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

type exportCmd struct {
	What      string   `arg:"" enum:"net,divisions,buildings,base,points" help:"net、divisions、buildings、base 或 points · net, divisions, buildings, base or points."`
	Out       string   `short:"o" required:"" placeholder:"OUT" help:"输出文件；后缀说明格式 · File to write; its suffix says the format."`
	Format    string   `short:"f" placeholder:"gpkg|geojson|shp|xlsx|csv|pmtiles" help:"格式；不给则看后缀 · Format; none: that of the suffix."`
	District  string   `placeholder:"D" help:"城区编码；只有一个城区时可不给 · Code of the district; none: the only one."`
	Release   int      `placeholder:"N" help:"第几版（net、divisions）；不给则为现行的 · Release (of net and divisions); none: the one in force."`
	At        string   `placeholder:"T" help:"当时的网（日期或 RFC 3339）· The net in force then."`
	Level     string   `enum:"district,town,community," default:"" placeholder:"district|town|community" help:"只要这一级区划 · Divisions of this level alone."`
	Kind      string   `placeholder:"K" help:"只要这一种点 · Points of this kind alone."`
	Within    string   `placeholder:"CODE" help:"只要这一区划或网格里的点 · Points in this division or grid alone."`
	CRS       string   `name:"crs" placeholder:"C" help:"坐标系：cgcs2000（默认）、wgs84、gcj02、bd09 或 EPSG:n；点的表格不给则照来源所述 · Datum of the coordinates: cgcs2000 (default), wgs84, gcj02, bd09 or EPSG:n; none for a table of points: as their source gave them."`
	Zoom      string   `placeholder:"0-16" help:"pmtiles 的级别，0 到 18 · Zooms of pmtiles, 0 to 18."`
	Sets      []string `placeholder:"net,base,buildings" help:"pmtiles 里画什么；不给则全画 · What pmtiles shows; none: all of it."`
	Encoding  string   `placeholder:"E" help:"Shapefile 的文字编码：gbk（默认）或 utf-8 · Encoding of a shapefile's text: gbk (default) or utf-8."`
	Overwrite bool     `help:"替换已有的文件 · Replace a file that is there."`
	JSON      bool     `name:"json" help:"以 JSON 输出小结 · Print the summary as JSON."`
}

// content is what a file is to hold.
type content struct {
	layouts []exchange.Layout
	rows    iter.Seq2[exchange.Record, error]
	note    string
	release int // 0: of what has no history
}

// Run writes the net or what lies in it to a file.
func (c exportCmd) Run(e *env) error {
	out := exchange.Output{Path: c.Out, Encoding: c.Encoding, Overwrite: c.Overwrite}
	var err error
	if out.Format, err = exchange.FormatOf(c.Format, c.Out); err != nil {
		return err
	}
	if out.CRS, err = exchange.ParseCRS(cmp.Or(c.CRS, "cgcs2000")); err != nil {
		return err
	}
	if c.District != "" && grid.Code(c.District).Level() != grid.LevelDistrict {
		return fault.New(fault.Usage, "bad-district", fault.Args{"district": c.District})
	}
	if err := c.checkFlags(); err != nil {
		return err
	}
	if c.Within != "" && grid.Code(c.Within).Level() == grid.NoLevel {
		return fault.New(fault.Usage, "export-within", fault.Args{"code": c.Within})
	}
	if err := c.checkTiles(out.Format); err != nil {
		return err
	}
	return e.with(func(db *database, service *grid.Service) error {
		if out.Format == exchange.PMTiles {
			return c.bake(e, db, out)
		}
		holds, err := c.content(e, db, service, out.Format)
		if err != nil {
			return err
		}
		out.Layouts, out.Note = holds.layouts, holds.note
		if err := out.Check(e.ctx); err != nil { // before anything is read
			return err
		}
		w, err := out.Write(e.ctx, holds.rows)
		if err != nil {
			return err
		}
		return c.say(e, out, w, holds.release)
	})
}

var whatWords = map[string]fault.Text{
	"buildings": {Zh: "建筑物", En: "buildings"}, "base": {Zh: "底图", En: "the base map"},
	"points": {Zh: "点", En: "points"},
}

// checkFlags refuses flags that would do nothing for what is exported.
func (c exportCmd) checkFlags() error {
	net := c.What == "net" || c.What == "divisions"
	if !net && (c.Release != 0 || c.At != "") {
		return fault.New(fault.Usage, "no-history", fault.Args{"what": whatWords[c.What]})
	}
	for _, f := range []struct {
		flag, value, of string
	}{{"--level", c.Level, "divisions"}, {"--kind", c.Kind, "points"}, {"--within", c.Within, "points"}} {
		if f.value != "" && c.What != f.of {
			return fault.New(fault.Usage, "export-flag", fault.Args{"flag": f.flag, "of": f.of, "what": c.What})
		}
	}
	return nil
}

// content finds what to write.
func (c exportCmd) content(e *env, db *database, service *grid.Service, f exchange.Format) (content, error) {
	district, head, err := db.district(e.ctx, c.District)
	if err != nil {
		return content{}, err
	}
	switch c.What {
	case "buildings":
		return buildingsOf(e.ctx, db, district), nil
	case "base":
		return baseOf(e.ctx, db, district), nil
	case "points":
		filter := grid.LocationFilter{Within: grid.Code(c.Within)}
		if c.Kind != "" {
			filter.Kinds = []string{c.Kind}
		}
		return pointsOf(e.ctx, service, district, filter, f, c.CRS == ""), nil
	}
	n, err := c.release(e.ctx, db, district, head)
	if err != nil {
		return content{}, err
	}
	net, _, err := db.Net(e.ctx, district, n)
	if err != nil {
		return content{}, err
	}
	holds := gridsOf(net, n, f)
	if c.What == "divisions" {
		holds = divisionsOf(net, n, c.Level, f)
	}
	holds.note = noteOf(grid.Named{Code: net.District.Code, Name: net.District.Name}, n)
	holds.release = n
	return holds, nil
}

// noteOf says what a file is of.
func noteOf(district grid.Named, release int) string {
	return fmt.Sprintf("%s %s，第 %d 版 · release %d", district.Code, district.Name, release, release)
}

// release is the number of the release to write.
func (c exportCmd) release(ctx context.Context, db *database, district grid.Code, head int) (int, error) {
	at, err := moment("--at", c.At)
	switch {
	case err != nil:
		return 0, err
	case c.Release != 0 && c.At != "":
		return 0, fault.New(fault.Usage, "release-or-moment", nil)
	case c.Release != 0:
		return c.Release, nil
	case c.At == "" && head != 0:
		return head, nil
	case c.At == "":
		return 0, fault.New(fault.NotFound, "no-net", nil)
	}
	n, err := db.InForce(ctx, district, at, time.Time{})
	if err == nil && n == 0 {
		err = grid.NotInForce(district, at)
	}
	return n, err
}

// say says what was written.
func (c exportCmd) say(e *env, out exchange.Output, w exchange.Written, release int) error {
	for _, f := range w.Files {
		e.say("已写入 %s", "Written to %s", f)
	}
	if asGiven := c.What == "points" && c.CRS == "" && out.Format.Table(); asGiven {
		e.say("共 %d 条记录，坐标照来源所述，坐标系见 crs 列。", "%d records, their coordinates as their source gave them, in the datum of the column crs.", w.Records)
	} else {
		e.say("共 %d 条记录，坐标系 %s。", "%d records, in %s.", w.Records, out.CRS)
	}
	if out.Format.Table() && (c.What == "net" || c.What == "divisions" || c.What == "base") {
		e.say("表格里没有边界；要边界请用 gpkg、geojson 或 shp。", "A table holds no borders; for these write gpkg, geojson or shp.")
	}
	if d := out.CRS.Datum; out.CRS.System == "" && (d == crs.GCJ02 || d == crs.BD09) && out.Format != exchange.CSV && out.Format != exchange.XLSX {
		e.say("%s 没有 EPSG 编码：文件里写成了一个独立坐标系，筑网认得，别的软件不会把它当成 WGS 84。",
			"%s has no EPSG code: the file states a local system, which Zhuwang knows and no other program takes for WGS 84.", out.CRS)
	}
	if !c.JSON {
		return nil
	}
	files := make([]string, len(w.Files))
	for i, f := range w.Files {
		files[i] = filepath.Base(f)
	}
	m := map[string]any{"what": c.What, "records": w.Records, "files": files, "crs": out.CRS.String(), "release": nil}
	if release != 0 {
		m["release"] = release
	}
	return e.printJSON(m)
}

// Values of records.
func words(s string) exchange.Value { return exchange.Value{Kind: exchange.String, Text: s} }

func whole[N ~int | ~int64](n N) exchange.Value {
	return exchange.Value{Kind: exchange.Number, Text: strconv.FormatInt(int64(n), 10)}
}

func decimal(v float64, digits int) exchange.Value {
	return exchange.Value{Kind: exchange.Number, Text: strconv.FormatFloat(v, 'f', digits, 64)}
}
