package tiles

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// What is packed is unpacked as it was, whatever lies before and behind it and however far its vertices are from each other.
func TestSitesArePackedWithoutLoss(t *testing.T) {
	coordinate := rapid.Int64Range(-1<<fineBits, 1<<(fineBits+1))
	place := rapid.Custom(func(t *rapid.T) fine { return fine{coordinate.Draw(t, "x"), coordinate.Draw(t, "y")} })
	rapid.Check(t, func(t *rapid.T) {
		type site struct {
			place   fine
			outline outline
		}
		all := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) (s site) {
			s.place = place.Draw(t, "place")
			for _, ring := range rapid.SliceOfN(rapid.SliceOfN(place, 3, 8), 0, 3).Draw(t, "rings") {
				s.outline.pts = append(append(s.outline.pts, ring...), ring[0])
				s.outline.ends = append(s.outline.ends, int32(len(s.outline.pts)))
			}
			return s
		}), 1, 6).Draw(t, "sites")
		var packed sites
		for i := range all {
			packed.add(all[i].place, &all[i].outline)
		}
		packed.seal()
		var got site
		for _, i := range rapid.Permutation([]int{0, len(all) - 1, len(all) / 2}).Draw(t, "order") {
			got.place = packed.at(int32(i), &got.outline)
			want := all[i]
			if got.place != want.place || len(got.outline.pts) != len(want.outline.pts) ||
				len(want.outline.pts) > 0 && !reflect.DeepEqual(got.outline, want.outline) {
				t.Fatalf("site %d is %v, want %v", i, got, want)
			}
		}
	})
}
