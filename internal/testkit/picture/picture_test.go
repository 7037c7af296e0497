package picture_test

import (
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/geo/coverage"
	"github.com/zhuwang/zhuwang/internal/testkit/picture"
)

func TestPicturesAreCoverages(t *testing.T) {
	shapes := picture.Draw(`
		AABB
		ACCB
		ADCA
		.DDA`)
	var faces []geo.MultiPolygon
	for _, letter := range "ABCD" {
		faces = append(faces, shapes[letter])
	}
	if cover, report := coverage.Build(faces); cover == nil {
		t.Fatal(report.Defects)
	}
	if got := len(shapes['A']); got != 2 {
		t.Errorf("A has %d parts, want 2", got)
	}
	ring := picture.Draw("AAA ABA AAA")
	if got := len(ring['A'][0]); got != 2 {
		t.Errorf("A has %d rings, want a shell and a hole", got)
	}
	if !ring['B'].Contains(picture.Centre(1, 1)) {
		t.Error("B does not hold the centre of its square")
	}
}
