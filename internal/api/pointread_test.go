package api

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// A text that is read says what it said: written again in JSON it is read as the same location. A text that is refused has a rule.
func FuzzReadPointJSON(f *testing.F) {
	f.Add(`{"kind":"light","id":"1","lon":108.3,"lat":22.8,"crs":"gcj02","at":"2026-03-01T08:00:00+08:00","accuracy_m":3,"attributes":{"a":[1,null]},"batch":"b"}`)
	f.Add(`{"kind":"light","id":"1","lon":"108","lat":22}`)
	f.Add(`{"id":1e999}{}`)
	f.Add("{\"id\":\"\xff\"}")
	f.Add(`{"attributes":null,"lon":1,"lat":-0,"crs":"wgs84","kind":"k","id":"\ud800"}`)
	f.Fuzz(func(t *testing.T, text string) {
		p := poster{defaults: defaults{crs: "wgs84"}}
		a := p.readJSON([]byte(text), 1)
		if a.fault != nil {
			if fault.From(a.fault).Kind != fault.Invalid {
				t.Fatalf("%q: %v", text, a.fault)
			}
			return
		}
		l := a.location
		again := pointText{Kind: l.Kind, ID: l.ID, Lon: &l.Lon, Lat: &l.Lat, Crs: l.Datum.String(), AccuracyM: l.AccuracyM, Attributes: l.Attributes, Batch: l.Batch}
		if !l.At.IsZero() {
			again.At = l.At.Format("2006-01-02T15:04:05.999999999Z07:00")
		}
		out, err := json.Marshal(again)
		if err != nil {
			t.Fatal(err)
		}
		b := p.readJSON(out, 1)
		if b.fault != nil || b.location.Point != l.Point || b.location.ID != l.ID || !b.location.At.Equal(l.At) {
			t.Fatalf("%q is read as %+v, and written as %s as %+v (%v)", text, l, out, b.location, b.fault)
		}
	})
}

// Every record has an answer as wide as the head, with its own cells where they were.
func FuzzReadPointCSV(f *testing.F) {
	f.Add("kind,id,lon,lat,crs,名称\nlight,1,108.3,22.8,gcj02,灯\n")
	f.Add("id,lon,lat,,grid,error\n1,2,3,4,5,6\n")
	f.Add("id,lon,lat,attributes,a\n1,2,3,\"{\"\"a\"\":1}\",x\n")
	f.Add("\ufefflat,LON,Id,a,a\n")
	f.Fuzz(func(t *testing.T, text string) {
		in := csv.NewReader(strings.NewReader(text))
		in.FieldsPerRecord = -1
		head, err := in.Read()
		if err != nil {
			return
		}
		table, err := newTable(slices.Clone(head))
		if err != nil {
			if fault.From(err).Kind != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		p := poster{defaults: defaults{kind: "light", crs: "wgs84"}}
		for {
			fields, err := in.Read()
			if fields == nil && err != nil {
				return
			}
			a := p.readRecord(table, fields, err, 1)
			if a.fault != nil && fault.From(a.fault).Kind != fault.Invalid {
				t.Fatal(a.fault)
			}
			row := table.row(fields, PointPosted{Release: 7})
			if len(row) != len(table.head) {
				t.Fatalf("%d cells under %d columns", len(row), len(table.head))
			}
			for i, cell := range fields[:min(len(fields), len(head))] {
				if row[i] != cell && !slices.Contains(table.answer, i) {
					t.Fatalf("%q became %q", cell, row[i])
				}
			}
		}
	})
}
