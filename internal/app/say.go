package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// printJSON prints a result for scripts.
func (e *env) printJSON(v any) error {
	enc := json.NewEncoder(e.Out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// printLine prints one of many results for scripts, on a line of its own.
func (e *env) printLine(v any) error {
	enc := json.NewEncoder(e.Out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// printRow prints a row of a table, its cells parted by tabs.
func (e *env) printRow(cells ...any) error {
	row := make([]string, len(cells))
	for i, c := range cells {
		row[i] = fmt.Sprint(c)
	}
	_, err := fmt.Fprintln(e.Out, strings.Join(row, "\t"))
	return err
}

// zone is the zone in which people give and read dates.
func zone() *time.Location {
	name := os.Getenv("ZHUWANG_TZ")
	if name == "" {
		name = "Asia/Shanghai"
	}
	if z, err := time.LoadLocation(name); err == nil {
		return z
	}
	return time.FixedZone("Etc/GMT-8", 8*60*60) // eight hours east, by a name that PostgreSQL knows
}

func asRefused(err error) (grid.Refused, bool) { return errors.AsType[grid.Refused](err) }

// word is a text in the person's language.
func (e *env) word(t fault.Text) string { return t.In(e.lang) }

// extent says in words where something lies and how large it is, so that a person sees a wrong place or datum at once.
func (e *env) extent(b geo.Bounds, areaM2 float64) string {
	mid := geo.Point{X: int32((int64(b.Min.X) + int64(b.Max.X)) / 2), Y: int32((int64(b.Min.Y) + int64(b.Max.Y)) / 2)}
	east, north := geo.MetresPerUnit(mid.Y)
	width := float64(int64(b.Max.X)-int64(b.Min.X)) * east / 1000
	height := float64(int64(b.Max.Y)-int64(b.Min.Y)) * north / 1000
	ew, ns := fault.Text{Zh: "东经", En: "E"}, fault.Text{Zh: "北纬", En: "N"}
	if mid.X < 0 {
		ew = fault.Text{Zh: "西经", En: "W"}
	}
	if mid.Y < 0 {
		ns = fault.Text{Zh: "南纬", En: "S"}
	}
	lon, lat := math.Abs(mid.Lon()), math.Abs(mid.Lat())
	if e.lang == fault.English {
		return fmt.Sprintf("centre %.4f° %s, %.4f° %s; %.1f km from west to east, %.1f km from south to north; %.2f km²", lon, ew.En, lat, ns.En, width, height, areaM2/1e6)
	}
	return fmt.Sprintf("中心%s %.4f°、%s %.4f°；东西 %.1f 公里，南北 %.1f 公里；面积 %.2f 平方公里", ew.Zh, lon, ns.Zh, lat, width, height, areaM2/1e6)
}

// sayAssembly says what a file has become.
func (e *env) sayAssembly(n *grid.Net, a *grid.Assembly) {
	e.say("读到 %d 行：%d 个镇（街道）、%d 个村（社区）、%d 个网格。", "Rows read: %d. Towns: %d, communities: %d, grids: %d.",
		a.Rows, len(n.Towns), len(n.Communities), len(n.Grids))
	e.say("范围：%s。", "Extent: %s.", e.extent(a.Bounds, a.AreaM2))
	for _, l := range []grid.Level{grid.LevelTown, grid.LevelCommunity, grid.LevelGrid} {
		c := a.Coded[l]
		e.say("%s编码：取自文件或名录 %d，沿用现行网 %d，新分配 %d。", "Codes of level %s: %d from the file or the register, %d from the net in force, %d new.",
			e.word(l.Text()), c.Kept, c.Inherited, c.Allocated)
	}
	if a.Sources > 0 {
		e.say("%d 个网格保留了来源编号。", "%d grids keep the id of their source.", a.Sources)
	}
	if len(a.Holes) > 0 || a.Islands > 0 {
		e.say("区内空洞 %d 处，与主体分离的部分 %d 处。", "%d holes inside, %d islands apart from the main part.", len(a.Holes), a.Islands)
	}
	for _, h := range a.Holes {
		e.say("  空洞：%.7f, %.7f，%.1f 平方米", "  hole: %.7f, %.7f, %.1f m²", h.At.Lon(), h.At.Lat(), h.Area)
	}
	e.say("取整到 1e-7 度格点，顶点最多移动 %.1f 毫米。", "Rounding to the lattice of 1e-7 degree moved a vertex by %.1f mm at most.", a.MaxShift*1000)
}
