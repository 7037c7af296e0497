package app

import (
	"fmt"
	"io"
	"iter"

	"github.com/zhuwang/zhuwang/geo"
	"github.com/zhuwang/zhuwang/internal/fault"
)

// How many faults of one rule are printed: those that have a place on the map differ one by one, those of a row are mostly one mistake
// made in every row. The files of --report and --refused hold all of them.
const (
	shownPlaces = 200
	shownRows   = 20
)

// listFaults prints faults rule by rule: how many there are, then the first of them, each with its place, its sentence and the faces
// concerned. own is the file that the command was given; it goes without saying.
func (e *env) listFaults(w io.Writer, faults []*fault.Error, own string) {
	for rule, class := range byRule(faults) {
		fmt.Fprintf(w, e.word(fault.Text{Zh: "\n%s：%d 处\n", En: "\n%s: %d\n"}), rule, len(class))
		shown := shownRows
		if class[0].At != nil {
			shown = shownPlaces
		}
		for i, f := range class {
			if i == shown {
				fmt.Fprintf(w, e.word(fault.Text{Zh: "  ……还有 %d 处\n", En: "  … and %d more\n"}), len(class)-i)
				break
			}
			fmt.Fprintf(w, "  %s%s\n", without(f, own).Report(e.lang), e.facesOf(f))
		}
	}
}

// without is a fault whose place no longer names a file.
func without(f *fault.Error, file string) *fault.Error {
	c := *f
	if c.Where.File == file {
		c.Where.File, c.Where.Layer = "", ""
	}
	return &c
}

// facesOf names the faces of a defect that concerns several.
func (e *env) facesOf(f *fault.Error) string {
	d, ok := f.Cause.(geo.Defect)
	if !ok || len(d.Faces) < 2 {
		return ""
	}
	names := f.Args["faces"]
	if t, ok := names.(fault.Text); ok {
		names = t.In(e.lang)
	}
	return fmt.Sprintf(e.word(fault.Text{Zh: "（%v）", En: " (%v)"}), names)
}

// byRule groups faults by rule, in the order in which the rules first occur.
func byRule(faults []*fault.Error) iter.Seq2[string, []*fault.Error] {
	var order []string
	classes := map[string][]*fault.Error{}
	for _, f := range faults {
		if classes[f.Rule] == nil {
			order = append(order, f.Rule)
		}
		classes[f.Rule] = append(classes[f.Rule], f)
	}
	return func(yield func(string, []*fault.Error) bool) {
		for _, rule := range order {
			if !yield(rule, classes[rule]) {
				return
			}
		}
	}
}

// refused lists every reason of a refusal by rule, and ends the command; any other error goes on as it is.
func (e *env) refused(err error, own string) error {
	refused, ok := asRefused(err)
	if !ok {
		return err
	}
	e.listFaults(e.Err, refused, own)
	e.say("\n%s：共 %d 处问题，没有写入任何数据。", "\n%s: faults: %d; nothing was written.", own, len(refused))
	return errReported
}
