package coverage

import "github.com/zhuwang/zhuwang/geo"

// Report says what a set of faces is made of and what is wrong with it.
type Report struct {
	Faces   int // shapes given
	Edges   int // different edges between two vertices
	Arcs    int // borders between nodes
	Nodes   int // vertices where three or more edges meet
	Islands int // pieces of the covered area apart from the first; counted where there is no gap or overlap
	Holes   int // bounded empty regions; counted likewise
	// Defects are listed class by class: invalid shapes, overlaps, gaps, faces outside their parent, holes, unmatched
	// vertices; the largest first in each class.
	Defects []geo.Defect
}

// Clean reports whether the faces are a coverage, and fill the parent if there is one. Holes are no fault.
func (r *Report) Clean() bool {
	for _, d := range r.Defects {
		if d.Rule != geo.RuleHole {
			return false
		}
	}
	return true
}
