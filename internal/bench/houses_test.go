package bench

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/tiles"
)

// house is an invented building.
type house struct {
	tiles.Building
	outline geo.Polygon
	at      geo.Point
}

// newHouses invents n houses, so many metres apart, in rows round a place near Nanning: rectangles, every third with a wing, each
// turned a little.
func newHouses(n int, apart float64) []house {
	r := rand.New(rand.NewPCG(uint64(n), uint64(apart)))
	side := int(math.Ceil(math.Sqrt(float64(n))))
	middle := geo.Point{X: 1_083_200_000, Y: 228_100_000}
	mx, my := geo.MetresPerUnit(middle.Y)
	shapes := [][][2]float64{
		{{-0.5, -0.5}, {0.5, -0.5}, {0.5, 0.5}, {-0.5, 0.5}},
		{{-0.5, -0.3}, {0.5, -0.3}, {0.5, 0.3}, {-0.5, 0.3}},
		{{-0.5, -0.5}, {0.5, -0.5}, {0.5, 0}, {0, 0}, {0, 0.5}, {-0.5, 0.5}},
	}
	all := make([]house, n)
	for i := range all {
		east, north := float64(i%side-side/2)*apart, float64(i/side-side/2)*apart
		width, turn := apart*(0.4+0.3*r.Float64()), r.Float64()*math.Pi/2
		place := func(x, y float64) geo.Point {
			return geo.Point{X: middle.X + int32(math.Round((east+x)/mx)), Y: middle.Y + int32(math.Round((north+y)/my))}
		}
		var ring geo.Ring
		for _, c := range shapes[i%len(shapes)] {
			x, y := c[0]*width, c[1]*width
			ring = append(ring, place(x*math.Cos(turn)-y*math.Sin(turn), x*math.Sin(turn)+y*math.Cos(turn)))
		}
		street, number := i/side/8*20+i%side/40, i%320+1
		all[i] = house{
			Building: tiles.Building{
				Code: fmt.Sprintf("4501220010%02d%05d", i/99999, i%99999), Address: fmt.Sprintf("城厢镇第%d街%d号", street, number),
				Number: fmt.Sprintf("%d号", number), Use: []string{"residence", "shop", "office"}[r.IntN(3)], Households: r.IntN(60), Storeys: 1 + r.IntN(30),
			},
			outline: geo.Polygon{ring}, at: place(0, 0),
		}
		if i%50 == 0 {
			all[i].Name = fmt.Sprintf("第%d大厦", i/50)
		}
	}
	return all
}

// drawn is a tile source of houses.
func drawn(all []house) *tiles.Buildings {
	return tiles.NewBuildings(tiles.BuildingsInput{
		Len:   len(all),
		About: func(i int) tiles.Building { return all[i].Building },
		Where: func(i int) (geo.MultiPolygon, geo.Point) { return geo.MultiPolygon{all[i].outline}, all[i].at },
	})
}
