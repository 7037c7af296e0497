package main

import (
	"math/rand/v2"

	"github.com/zhuwang/zhuwang/geo/crs"
)

// datum is a place in CGCS2000, the same place in another datum, and what comes back from there; degrees, longitude first.
type datum struct {
	Datum string     `json:"datum"`
	Home  [2]float64 `json:"home"`
	There [2]float64 `json:"there"`
	Back  [2]float64 `json:"back"`
}

// someDatums asks for places in China, where the datums are shifted, for a few near Nanning, and for some elsewhere.
func someDatums() []datum {
	r := rand.New(rand.NewPCG(5, 5))
	var all []datum
	for i := range 1500 {
		lon, lat := 73+64*r.Float64(), 1+54*r.Float64()
		switch i % 5 {
		case 0:
			lon, lat = 108+r.Float64(), 22+r.Float64()
		case 1:
			lon, lat = -170+240*r.Float64(), -80+160*r.Float64()
		}
		for _, d := range []crs.Datum{crs.CGCS2000, crs.WGS84, crs.GCJ02, crs.BD09} {
			v := datum{Datum: d.String(), Home: [2]float64{lon, lat}}
			v.There[0], v.There[1] = crs.FromCGCS2000(d, lon, lat)
			v.Back[0], v.Back[1] = crs.ToCGCS2000(d, v.There[0], v.There[1])
			all = append(all, v)
		}
	}
	return all
}
