package demo

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/crs"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// Reports of the model district: how many there are, how many of these lie just outside its border, and over how many days.
const (
	reportCount   = 3600
	reportStrays  = 24
	reportDays    = 42
	reportRadius  = 18.0 // metres round a house within which its residents stand when they report
	reportOutside = 900.0
)

// complaint is a kind of reports: how often it comes, whether it lies on streets or at houses, and what people write.
type complaint struct {
	kind   string
	weight int
	street bool
	texts  []string
}

var complaints = []complaint{
	{"litter", 40, false, []string{"垃圾没有清运", "楼下堆放杂物", "绿化带里有建筑垃圾"}},
	{"noise", 25, false, []string{"夜间施工噪声", "广场音响太大", "装修扰民"}},
	{"road-damage", 20, true, []string{"路面破损", "井盖松动", "人行道砖缺失"}},
	{"street-light", 15, true, []string{"路灯不亮", "路灯白天常亮", "灯杆倾斜"}},
}

// senders are the ways by which reports come: each with the datum of its positions, its share in percent and the accuracy that it states.
var senders = []struct {
	batch    string
	datum    crs.Datum
	share    int
	accuracy float64 // metres, at most
}{
	{"示例小程序（虚构）", crs.GCJ02, 70, 60},
	{"示例巡查终端（虚构）", crs.WGS84, 30, 12},
}

// Reports makes invented reports of the weeks before a moment, by id. The same seed gives the same reports at the same distance from the moment.
func (d *District) Reports(seed uint64, until time.Time) []grid.Location {
	until = until.UTC().Truncate(time.Hour)
	var houses []grid.Building
	for _, b := range d.Buildings {
		if b.Households > 0 {
			houses = append(houses, b)
		}
	}
	var streets [][]geo.Point
	for _, f := range d.Base {
		if f.Layer == grid.Street {
			streets = append(streets, f.Lines...)
		}
	}
	reports := make([]grid.Location, reportCount)
	for i := range reports {
		r := newRandom(seed, "reports", i)
		c := pickComplaint(r)
		var at geo.Point
		switch {
		case i%(reportCount/reportStrays) == 0:
			at = d.beyond(r)
		case c.street:
			at = onLine(streets[r.below(len(streets))], r)
		default:
			at = near(houses[r.below(len(houses))].Point, r.in(0, reportRadius), r)
		}
		// More in the last days than before, fewer at night.
		age := time.Duration(float64(reportDays*24*r.share()*r.share())*60) * time.Minute
		moment := until.Add(-age)
		if h := (moment.Hour() + 8) % 24; h < 7 {
			moment = moment.Add(-time.Duration(5+r.below(6)) * time.Hour)
		}
		s := senders[0]
		if r.below(100) >= s.share {
			s = senders[1]
		}
		lon, lat := crs.FromCGCS2000(s.datum, at.Lon(), at.Lat())
		words, _ := json.Marshal(map[string]string{"说明": c.texts[r.below(len(c.texts))], "来源": "虚构"}) // texts always have a JSON
		reports[i] = grid.Location{
			Kind: c.kind, ID: fmt.Sprintf("demo-%05d", i+1), At: moment, Batch: s.batch, Attributes: words,
			Lon: math.Round(float64(lon*1e7)) / 1e7, Lat: math.Round(float64(lat*1e7)) / 1e7, Datum: s.datum, AccuracyM: math.Round(r.in(3, s.accuracy)),
		}
	}
	return reports
}

func pickComplaint(r *random) complaint {
	n := r.below(100)
	for _, c := range complaints {
		if n -= c.weight; n < 0 {
			return c
		}
	}
	return complaints[0]
}

// onLine is a place on a line: on any of its edges.
func onLine(line []geo.Point, r *random) geo.Point {
	i := r.below(len(line) - 1)
	a, b, t := line[i], line[i+1], r.share()
	return geo.Point{X: a.X + int32(float64(b.X-a.X)*t), Y: a.Y + int32(float64(b.Y-a.Y)*t)}
}

// near is a place some metres away.
func near(p geo.Point, metres float64, r *random) geo.Point {
	east, north := geo.MetresPerUnit(p.Y)
	// A direction without trigonometry: a point of the square, pushed to the circle.
	x, y := r.in(-1, 1), r.in(-1, 1)
	length := max(math.Sqrt(float64(x*x)+float64(y*y)), 1e-9)
	return geo.Point{X: p.X + int32(x/length*metres/east), Y: p.Y + int32(y/length*metres/north)}
}

// beyond is a place outside the district, near its border.
func (d *District) beyond(r *random) geo.Point {
	ring := d.Net.District.Outline[0][0]
	for {
		if p := near(ring[r.below(len(ring))], r.in(60, reportOutside), r); !d.Net.District.Outline.Contains(p) {
			return p
		}
	}
}
