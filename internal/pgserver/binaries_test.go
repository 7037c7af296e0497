package pgserver

import (
	"testing"

	"github.com/zhuwang/zhuwang/internal/fault"
)

func TestChoose(t *testing.T) {
	i13, i15, i16 := installation{"13", 13, true}, installation{"15", 15, true}, installation{"16", 16, true}
	bare17 := installation{"17", 17, false} // PostgreSQL without PostGIS
	for name, c := range map[string]struct {
		list  []installation // newest first
		major int            // of the folder, 0: none yet
		want  string         // folder of the programs, or rule
	}{
		"the newest for a new folder":        {[]installation{i16, i15}, 0, "16"},
		"the newest that has PostGIS":        {[]installation{bare17, i15}, 0, "15"},
		"the folder's own":                   {[]installation{i16, i15}, 15, "15"},
		"nothing":                            {nil, 0, "postgres-missing"},
		"none with PostGIS":                  {[]installation{bare17}, 0, "postgres-missing"},
		"too old":                            {[]installation{i13}, 0, "postgres-missing"},
		"the folder's own is gone":           {[]installation{i16}, 15, "postgres-version"},
		"the folder's own has lost PostGIS":  {[]installation{bare17, i16}, 17, "postgres-version"},
		"nothing at all for an older folder": {nil, 15, "postgres-version"},
	} {
		got, err := choose(c.list, c.major)
		said := got.bin
		if err != nil {
			said = fault.From(err).Rule
		}
		if said != c.want {
			t.Errorf("%s: %s, want %s", name, said, c.want)
		}
	}
	if list := installations(); len(list) == 0 || !list[0].postgis || list[0].major < Oldest {
		t.Errorf("this machine's PostgreSQL was not found: %+v", list)
	}
}
