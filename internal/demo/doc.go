// Package demo draws the model district: 江南区 (450105) with the names and codes of its divisions, and everything else
// invented — border, river, streets, blocks, buildings, addresses, households, and the net of 418 grids over them.
//
// The drawing is in metres on a plane (plane.go) and its vertices lie on the lattice. One idea carries it: never intersect,
// refuse instead. In the country, streams, lakes, roads and railways are edges of one triangular mesh (mesh.go), so that they
// cannot cross but in its vertices; everything else is inserted edge by edge into a planar graph, and an edge that would touch
// another is refused (insert.go). Blocks are the faces of the graph, grids are sets of blocks, communities sets of grids:
// the net is a clean coverage by construction, and grid.Weave proves it.
//
// The stages, a file or two each: frame, mesh, drainage, sites, routes, meander, mouths · arterials, villages · blocks (with
// cut, zones) · places, building, construction · cells, partition, towns, weave · naming, streets, addresses · shapes, net,
// base, forest.
//
// A seed gives the same district on every machine. Randomness comes from streams of its own (random.go); maps serve look-ups
// only; floating point uses +, −, ×, ÷ and roots, and each product is converted, float64(a*b), which forbids compilers to fuse it
// with an addition. A test refuses what would break this.
package demo
