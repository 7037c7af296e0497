package main

import (
	"math/rand/v2"

	"github.com/zhuwang/zhuwang/internal/grid"
)

// levels are the names of the levels in TypeScript.
var levels = []struct {
	level grid.Level
	name  string
}{
	{grid.LevelDistrict, "district"}, {grid.LevelTown, "town"}, {grid.LevelCommunity, "community"}, {grid.LevelGrid, "grid"},
	{grid.LevelBuilding, "building"}, {grid.LevelCell, "cell"}, {grid.LevelUnit, "unit"}, {grid.LevelRoom, "room"},
}

// code is a text, the name of the level it names ("" for none), and its prefixes that name its ancestors and itself.
type code struct {
	Text  string            `json:"text"`
	Level string            `json:"level"`
	At    map[string]string `json:"at"`
}

// someCodes asks for texts of every length, most of them digits.
func someCodes() []code {
	r := rand.New(rand.NewPCG(4, 4))
	var all []code
	for i := range 1000 {
		text := make([]byte, i%25)
		for k := range text {
			text[k] = byte('0' + r.IntN(10))
		}
		if len(text) > 0 && r.IntN(5) == 0 {
			text[r.IntN(len(text))] = " x-./:"[r.IntN(6)]
		}
		c := code{Text: string(text), At: map[string]string{}}
		for _, l := range levels {
			if grid.Code(c.Text).Level() == l.level {
				c.Level = l.name
			}
			if at := grid.Code(c.Text).At(l.level); at != "" {
				c.At[l.name] = string(at)
			}
		}
		all = append(all, c)
	}
	return all
}
