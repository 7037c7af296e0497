package app

import (
	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// gridsOf are the grids of a net, as `import net` reads them again: by their codes, under their communities and towns. A workbook has the
// words of kinds and categories, other files their ids.
func gridsOf(n *grid.Net, release int, f exchange.Format) content {
	layout := exchange.Layout{Name: "net", Title: fault.Text{Zh: "网格", En: "Grids"}, Shape: exchange.Polygons,
		Columns: exchange.Pick("net", "code", "name", "kind", "category", "parts", "source_id", "community", "comm_name", "town", "town_name", "area_m2", "release")}
	names := map[grid.Code]string{}
	for _, list := range [][]grid.Division{n.Towns, n.Communities} {
		for _, d := range list {
			names[d.Code] = d.Name
		}
	}
	rows := func(yield func(exchange.Record, error) bool) {
		for _, g := range n.Grids {
			kind, category := string(g.Kind), string(g.Category)
			if f == exchange.XLSX {
				kind, category = g.Kind.Text().Zh, g.Category.Text().Zh
			}
			community, town := g.Code.At(grid.LevelCommunity), g.Code.At(grid.LevelTown)
			r := exchange.Record{Geometry: g.Shape.Orb(), Values: []exchange.Value{
				words(string(g.Code)), words(g.Name), words(kind), words(category), whole(g.Parts), words(g.SourceID),
				words(string(community)), words(names[community]), words(string(town)), words(names[town]), decimal(g.Shape.AreaM2(), 1), whole(release)}}
			if !yield(r, nil) {
				return
			}
		}
	}
	return content{layouts: []exchange.Layout{layout}, rows: rows}
}

// divisionsOf are the district, towns and communities of a net with their outlines, or those of one level. As a table `import divisions` reads them; with
// shapes and of one level, `import net --community FILE` or `--town FILE`.
func divisionsOf(n *grid.Net, release int, level string, f exchange.Format) content {
	layout := exchange.Layout{Name: "divisions", Title: fault.Text{Zh: "区划", En: "Divisions"}, Shape: exchange.Polygons,
		Columns: exchange.Pick("divisions", "code", "name", "level", "source_id", "parent", "area_m2", "release")}
	all := append(append([]grid.Division{n.District}, n.Towns...), n.Communities...)
	rows := func(yield func(exchange.Record, error) bool) {
		for _, d := range all {
			l := d.Code.Level()
			if level != "" && level != l.Text().En {
				continue
			}
			word := l.Text().En
			if f == exchange.XLSX {
				word = l.Text().Zh
			}
			r := exchange.Record{Geometry: d.Outline.Orb(), Values: []exchange.Value{
				words(string(d.Code)), words(d.Name), words(word), words(d.SourceID), words(string(d.Code.Parent())), decimal(d.Outline.AreaM2(), 1), whole(release)}}
			if !yield(r, nil) {
				return
			}
		}
	}
	return content{layouts: []exchange.Layout{layout}, rows: rows}
}
