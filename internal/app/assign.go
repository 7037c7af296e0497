package app

import (
	"time"

	"github.com/zhuwang/zhuwang/internal/exchange"
)

type assignCmd struct {
	Net          string `required:"" placeholder:"F" help:"网格面文件 · File of the net's polygons."`
	NetLayer     string `placeholder:"L" help:"其中的图层 · Its layer."`
	NetCRS       string `name:"net-crs" placeholder:"C" help:"网的坐标系；不给则按文件所述，再不然同 --crs · Datum of the net; none: what the file states, else --crs."`
	CodeField    string `placeholder:"code" help:"网的编码字段 · Column of the net that holds the code."`
	Points       string `required:"" placeholder:"F" help:"点文件：csv、ndjson、geojsons、gpkg、parquet、arrow 等，文字可带 .gz、.zst；- 为标准输入 · File of points: csv, ndjson, geojsons, gpkg, parquet, arrow and others, text also .gz or .zst; - is standard input."`
	PointsFormat string `placeholder:"csv" help:"点的格式，不给则看文件名 · Format of the points; none: by the name."`
	PointsLayer  string `placeholder:"L" help:"点文件中的图层 · Layer of the points."`
	CRS          string `name:"crs" placeholder:"C" help:"点的坐标系：cgcs2000、wgs84、gcj02、bd09、EPSG:代码 · Datum of the points, or EPSG:n."`
	Lon          string `placeholder:"lon" help:"经度列 · Column of longitudes."`
	Lat          string `placeholder:"lat" help:"纬度列 · Column of latitudes."`
	DropHeights  bool   `help:"点的高程可以丢掉 · Heights of points may be lost."`
	Encoding     string `placeholder:"E" help:"点文件的文字编码，如 gbk · Encoding of the points' text."`
	Delimiter    string `placeholder:"," help:"点文件各列之间的符号，制表符写 tab · Sign between the columns of the points; tab for a tab."`
	Distance     bool   `help:"加上到边界的距离与最近网格 · Add the distance to the border, and the nearest grid."`
	Out          string `short:"o" required:"" placeholder:"OUT" help:"输出文件，格式看文件名，默认同点文件；- 为标准输出 · File to write, its format by the name, else that of the points; - is standard output."`
	OutFormat    string `placeholder:"csv" help:"输出格式，不给则看文件名 · Format of the output; none: by the name."`
	Rejects      string `placeholder:"F" help:"退回行的文件，默认 OUT.rejects.csv · File of rejected rows, OUT.rejects.csv."`
	Resume       bool   `help:"接着上次中断的地方 · Go on where a run was killed."`
	JSON         bool   `name:"json" help:"以 JSON 输出小结 · Print the summary as JSON."`
}

// Run assigns a file of points to the grids of a file, without a database.
func (c assignCmd) Run(e *env) error {
	comma, err := exchange.ParseDelimiter(c.Delimiter)
	if err != nil {
		return err
	}
	last := time.Now()
	s, err := exchange.Assign(e.ctx, exchange.AssignOptions{
		Net: c.Net, NetLayer: c.NetLayer, NetCRS: c.NetCRS, CodeField: c.CodeField,
		Points: c.Points, PointsFormat: c.PointsFormat, PointsLayer: c.PointsLayer, DropHeights: c.DropHeights, OutFormat: c.OutFormat, Rejects: c.Rejects, CRS: c.CRS, Lon: c.Lon, Lat: c.Lat, Encoding: c.Encoding, Comma: comma,
		Distance: c.Distance, Out: c.Out, Resume: c.Resume, Lang: e.lang,
		Progress: func(p exchange.AssignProgress) {
			if now := time.Now(); now.Sub(last) >= time.Second {
				last = now
				if p.Size == 0 {
					e.say("已处理 %d 行", "%d rows", p.Rows)
					return
				}
				e.say("已处理 %d 行（%d%%）", "%d rows (%d%%)", p.Rows, min(p.Bytes*100/p.Size, 100))
			}
		},
	})
	if err != nil {
		return err
	}
	if s.Net.Holes > 0 || s.Net.Islands > 0 {
		e.say("网内有空洞 %d 处，与主体分离的部分 %d 处。", "The net has %d holes and %d islands.", s.Net.Holes, s.Net.Islands)
	}
	if c.Resume && s.Resumed == 0 {
		e.say("上次没有留下可以接着做的部分，已从头做起。", "The earlier run left nothing to go on from; this one began anew.")
	}
	if s.Resumed > 0 {
		e.say("其中 %d 行取自上次。", "%d rows were taken over from the earlier run.", s.Resumed)
	}
	e.say("共 %d 行：网内 %d，网外 %d，退回 %d。", "%d rows: %d inside, %d outside, %d rejected.", s.Rows, s.Inside, s.Outside, s.Rejected)
	if s.Inside == 0 && s.Outside > 0 {
		e.say("没有一个点在网内：请核对 --crs、经纬度列是否对调，以及网和点是否在同一个地方。",
			"No point lies in the net: check --crs, whether longitude and latitude are swapped, and that net and points are of one place.")
	}
	if s.RejectsFile != "" {
		e.say("退回的行及原因见 %s", "The rejected rows and the reasons are in %s", s.RejectsFile)
	}
	if c.JSON {
		return e.printJSON(map[string]any{"rows": s.Rows, "inside": s.Inside, "outside": s.Outside, "rejected": s.Rejected, "resumed": s.Resumed})
	}
	return nil
}
