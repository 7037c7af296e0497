package fault

import "github.com/zhuwang/zhuwang/geo"

// Sentences for the rules of package geo. {area} is in m², {width} in metres; both come with FromDefect.
func init() {
	register(map[string]Text{
		geo.RuleNotPolygon: {
			"几何不是面（Polygon 或 MultiPolygon）。请只提供面状边界。",
			"The geometry is not a Polygon or MultiPolygon. Provide boundaries as polygons only.",
		},
		geo.RuleOffEarth: {
			"坐标超出经度 ±180°、纬度 ±90°，或不是数字。请检查坐标系，以及经度、纬度是否颠倒。",
			"A coordinate lies beyond ±180° of longitude or ±90° of latitude, or is not a number. Check the coordinate system, and whether longitude and latitude are swapped.",
		},
		geo.RuleOpen: {
			"环没有闭合：最后一点与第一点不同。请闭合后重新导出。",
			"A ring is not closed: its last point differs from its first. Close it and export again.",
		},
		geo.RuleEmpty: {
			"几何为空：没有面，或面没有环。请补画边界，或删去该行。",
			"The geometry is empty: no polygon, or a polygon without a ring. Draw the boundary or remove the row.",
		},
		geo.RuleFewVertices: {
			"环的不同顶点少于三个，围不成面。请补足顶点，或删去该环。",
			"A ring has fewer than three different vertices and encloses nothing. Add vertices or remove the ring.",
		},
		geo.RuleShortLine: {
			"线的不同顶点少于两个，不成线。请补足顶点，或删去该行。",
			"A line has fewer than two different vertices. Add vertices or remove the row.",
		},
		geo.RuleRepeated: {
			"相邻两个顶点在 1e-7 度格网上重合。请删去其中一个。",
			"Two neighbouring vertices are equal on the lattice of 1e-7 degree. Remove one of them.",
		},
		geo.RuleSpike: {
			"边界沿原路折回，形成尖刺。请删去折回的顶点。",
			"The boundary runs back on itself and forms a spike. Remove the vertex where it turns back.",
		},
		geo.RuleSelfCross: {
			"边界与自身相交或重叠。请在此处改画，使边界互不穿越。",
			"The boundary crosses or overlaps itself. Redraw it here so that no two edges cross.",
		},
		geo.RuleSelfTouch: {
			"环在一个顶点处与自身相接。请在此处拆成两个部分，或把其中一圈改为洞。",
			"A ring touches itself in a vertex. Split it here into two parts, or make one loop a hole.",
		},
		geo.RuleHoleOutside: {
			"洞不在外环之内。请把洞移入外环，或改为独立的部分。",
			"A hole does not lie inside its shell. Move it inside, or make it a part of its own.",
		},
		geo.RuleHoleNested: {
			"一个洞位于另一个洞之内。请删去里面的洞，或把它改为独立的部分。",
			"A hole lies inside another hole. Remove the inner one, or make it a part of its own.",
		},
		geo.RuleInsideCut: {
			"相接的洞把面的内部切成几块。请改为多个部分。",
			"Holes that touch cut the inside into pieces. Make each piece a part of its own.",
		},
		geo.RulePartsOverlap: {
			"同一个面的两个部分重叠。请合并这两个部分，或分开边界。",
			"Two parts of one shape overlap. Join them, or separate their boundaries.",
		},
		geo.RuleExtent: {
			"范围过大：经度或纬度跨度超过 214°，无法精确计算。请检查坐标系，或分开导入。",
			"The extent is wider than 214°, beyond exact arithmetic. Check the coordinate system, or import in parts.",
		},
		geo.RuleGap: {
			"有空隙：上级范围内 {area} 平方米没有任何网格覆盖，最宽处 {width} 米。请把它划入相邻的网格。",
			"A gap: {area} m² of the parent belong to no face, {width} m across at the widest. Give the place to a neighbour.",
		},
		geo.RuleHole: {
			"覆盖范围内有一个洞，{area} 平方米，最宽处 {width} 米，不属于任何面。如属有意留空，可以保留；否则请划入相邻的面。",
			"A hole of {area} m², {width} m across at the widest, belongs to no face. Keep it if it is meant; else give it to a neighbour.",
		},
		geo.RuleOverlap: {
			"有重叠：{area} 平方米同时属于两个以上的面，最宽处 {width} 米。请确定归属，让相邻两面共用同一条边界。",
			"An overlap: {area} m² belong to two or more faces, {width} m across at the widest. Decide whose it is and let both faces share one border.",
		},
		geo.RuleUnmatched: {
			"边界顶点不匹配：一个面的顶点落在相邻面的边上或紧邻其旁（相距 {width} 米），而那条边上没有这个顶点。请给相邻面补上同一顶点。",
			"An unmatched vertex: a vertex of one face lies on or next to ({width} m from) an edge of its neighbour that lacks it. Add the same vertex to the neighbour.",
		},
		geo.RuleOutsideParent: {
			"有 {area} 平方米超出上级范围，最宽处 {width} 米。请收回边界，或调整上级边界。",
			"{area} m² lie outside the parent, {width} m across at the widest. Draw the border back, or change the parent's.",
		},
		geo.RuleParts: {
			"面的部分数与登记的不同。如属有意，请声明新的部分数。",
			"The number of parts differs from the one on record. If this is meant, declare the new number.",
		},
	})
}
