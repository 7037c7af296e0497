package fault_test

import (
	"strings"
	"testing"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// Every rule of geo has a sentence in both languages, and all names in it are filled in from a defect.
func TestGeometryRulesHaveSentences(t *testing.T) {
	for _, rule := range geo.Rules() {
		e := fault.FromDefect(geo.Defect{Rule: rule, Area: 12.345, Width: 0.5})
		for _, lang := range []fault.Lang{fault.Chinese, fault.English} {
			s := e.Sentence(lang)
			if s == fault.New(fault.Internal, "internal", nil).Sentence(lang) {
				t.Errorf("%s has no sentence in %s", rule, lang)
			}
			if strings.ContainsAny(s, "{}") {
				t.Errorf("%s in %s: %q", rule, lang, s)
			}
		}
	}
}

// An amount that is not zero never reads as zero.
func TestAmount(t *testing.T) {
	for v, want := range map[float64]string{0: "0.00", 163.6185: "163.62", 0.1: "0.10", 0.0193: "0.019", 0.00494: "0.0049", 3e-7: "0.00000030", 3.9e-17: "<0.0000001"} {
		if got := fault.Amount(v); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
}
