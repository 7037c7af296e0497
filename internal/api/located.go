package api

import (
	"encoding/json"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/zhuwang/zhuwang/internal/grid"
	"github.com/zhuwang/zhuwang/internal/snapshot"
)

// located is the answer for one point: where it lies, or why that cannot be said.
type located struct {
	snapshot.Answer
	net     *snapshot.Snapshot // names the grids of the circle
	problem *Problem
}

// appendJSON appends what encoding/json makes of the Location in openapi.yaml, without a value in between.
func (a *located) appendJSON(b []byte) []byte {
	if a.problem != nil {
		b = append(b, `{"border_m":null,"community":null,"district":null,"error":`...)
		b = appendAny(b, a.problem)
		return append(b, `,"grid":null,"inside":false,"nearest":null,"nearest_m":null,"release":0,"town":null}`...)
	}
	b = append(b, `{"border_m":`...)
	b = appendNumber(b, round(a.BorderM, 100))
	if a.Circle != nil {
		b = append(b, `,"circle":[`...)
		for i, share := range a.Circle {
			if i > 0 {
				b = append(b, ',')
			}
			b = a.appendShare(b, share)
		}
		b = append(b, ']')
	}
	b = append(b, `,"community":`...)
	b = appendRef(b, a.Inside, a.Community)
	b = append(b, `,"district":`...)
	b = appendRef(b, true, a.District)
	b = append(b, `,"grid":`...)
	if a.Inside {
		b = append(b, `{"category":`...)
		b = appendText(b, string(a.Grid.Category))
		b = append(b, `,"code":`...)
		b = appendText(b, string(a.Grid.Code))
		b = append(b, `,"kind":`...)
		b = appendText(b, string(a.Grid.Kind))
		b = append(b, `,"name":`...)
		b = appendText(b, a.Grid.Name)
		b = append(b, `},"inside":true,"nearest":null,"nearest_m":null,"release":`...)
	} else {
		b = append(b, `null,"inside":false,"nearest":`...)
		b = appendRef(b, true, a.Nearest)
		b = append(b, `,"nearest_m":`...)
		b = appendNumber(b, round(a.NearestM, 100))
		b = append(b, `,"release":`...)
	}
	b = strconv.AppendInt(b, int64(a.Release), 10)
	b = append(b, `,"town":`...)
	b = appendRef(b, a.Inside, a.Town)
	return append(b, '}')
}

// appendShare appends a part of the circle. Names come from the net at hand, where it holds the grid.
func (a *located) appendShare(b []byte, share snapshot.Share) []byte {
	if share.Code == "" {
		b = append(b, `{"code":null`...)
	} else {
		b = append(b, `{"code":`...)
		b = appendText(b, string(share.Code))
		if level, i, ok := a.net.Find(share.Code); ok && level == grid.LevelGrid {
			b = append(b, `,"name":`...)
			b = appendText(b, a.net.Mesh.Net.Grids[i].Name)
		}
	}
	b = append(b, `,"share":`...)
	b = appendNumber(b, round(share.Share, 1e4))
	return append(b, '}')
}

func ref(n grid.Named) *Ref { return &Ref{Code: string(n.Code), Name: n.Name} }

func appendRef(b []byte, there bool, n grid.Named) []byte {
	if !there {
		return append(b, "null"...)
	}
	b = append(b, `{"code":`...)
	b = appendText(b, string(n.Code))
	b = append(b, `,"name":`...)
	b = appendText(b, n.Name)
	return append(b, '}')
}

// appendText appends a string as encoding/json does, which is asked about all but plain characters.
func appendText(b []byte, s string) []byte {
	wide := false
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ', c == '"', c == '\\', c == '<', c == '>', c == '&', c == 0xe2: // 0xe2: U+2028 and U+2029 begin so
			return appendAny(b, s)
		case c >= utf8.RuneSelf:
			wide = true
		}
	}
	if wide && !utf8.ValidString(s) {
		return appendAny(b, s)
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// appendNumber appends a finite number as encoding/json does, which is asked about the very large and the very small.
func appendNumber(b []byte, v float64) []byte {
	if size := math.Abs(v); size != 0 && !(size >= 1e-6 && size < 1e21) {
		return appendAny(b, v)
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

// appendAny appends what encoding/json makes of a value; null where it makes nothing of it.
func appendAny(b []byte, v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		text = []byte("null")
	}
	return append(b, text...)
}

// round keeps a number of decimals that the answer can stand for: scale 100 keeps two.
func round(v, scale float64) float64 {
	return math.Round(v*scale) / scale
}
