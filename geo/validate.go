package geo

// Validate examines one shape by itself.
func Validate(m MultiPolygon) []Defect {
	if len(m) == 0 {
		return []Defect{{Rule: RuleEmpty}}
	}
	var out []Defect
	for _, poly := range m {
		if len(poly) == 0 {
			out = append(out, Defect{Rule: RuleEmpty})
		}
		for _, r := range poly {
			if len(r) < 3 {
				d := Defect{Rule: RuleFewVertices}
				if len(r) > 0 {
					d.At = r[0]
				}
				out = append(out, d)
				continue
			}
			a := r[len(r)-1]
			for _, b := range r {
				if a == b {
					out = append(out, Defect{Rule: RuleRepeated, At: a})
				}
				a = b
			}
		}
	}
	return out
}
