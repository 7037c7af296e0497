package tiles

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// Equal values have one id, others have different ones, and an id leads to its value; after a reset all begins anew.
func TestValuesAreKeptOnce(t *testing.T) {
	table := newValueTable()
	rapid.Check(t, func(t *rapid.T) {
		table.reset()
		ids, values := map[string]uint32{}, map[uint32]string{}
		for range rapid.IntRange(0, 300).Draw(t, "n") {
			n := rapid.IntRange(0, 200).Draw(t, "value")
			v, key := num(n), "number "+fmt.Sprint(n)
			switch rapid.IntRange(0, 2).Draw(t, "kind") {
			case 0:
				v, key = text(fmt.Sprint(n)), "text "+fmt.Sprint(n)
			case 1:
				v, key = digits(uint64(n)), "text "+fmt.Sprint(n)
				if n == 0 {
					key = ""
				}
			}
			id := table.add(nil, v)[0]
			if key == "" {
				if id != 0 {
					t.Fatalf("no text has id %d", id)
				}
				continue
			}
			if known, ok := ids[key]; ok != (values[id] != "") || ok && known != id {
				t.Fatalf("%q has id %d, which is that of %q; before it had %d", key, id, values[id], known)
			}
			ids[key], values[id] = id, key
		}
	})
}

// Values get their numbers in the order in which they come, and each keeps it, from layer to layer anew.
func TestNumbersCountValues(t *testing.T) {
	var n numbers
	rapid.Check(t, func(t *rapid.T) {
		n.reset()
		want := map[uint32]uint32{}
		for _, id := range rapid.SliceOfN(rapid.Uint32Range(1, 500), 0, 400).Draw(t, "ids") {
			id *= 64 // neighbours in the table
			number, isNew := n.of(id)
			known, ok := want[id]
			if !ok {
				known = uint32(len(want))
				want[id] = known
			}
			if isNew == ok || number != known {
				t.Fatalf("value %d has number %d, new %v; want %d, %v", id, number, isNew, known, !ok)
			}
		}
	})
	n.turn = 1<<32 - 1 // the last turn of the count
	n.of(7)
	if n.reset(); n.turn == 0 {
		t.Error("a turn that empty slots have")
	}
	if _, isNew := n.of(7); !isNew {
		t.Error("a value of the turn before is known")
	}
}
