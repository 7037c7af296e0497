// Package geo is exact geometry on the lattice of 1e-7 degree.
//
// Every coordinate is a pair of int32 in units of 1e-7 degree (about 1 cm), longitude first. The frame is CGCS2000
// (EPSG:4490), treated as equal to WGS 84. Edges are straight in longitude/latitude, as in PostGIS geometry.
// Predicates are exact in int64; only functions whose name or comment says metres use floating point.
//
// Rings are open: the last vertex is joined to the first and is not repeated. The inside of a face lies on the left of
// its rings: shells run counter-clockwise, holes clockwise.
package geo
