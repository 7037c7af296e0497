// Package tiles makes vector tiles (Mapbox Vector Tile 2.1) of a net, of its base map and of its buildings.
//
// A tile is 4096 units wide and carries 64 units of its neighbours on every side. Tiles are those of Web Mercator
// (EPSG:3857, the XYZ scheme), zooms 0 to 18; coordinates may be converted to GCJ-02 or BD-09 first, vertex by vertex.
//
// # Coordinates
//
// Places come on the lattice of package geo. They are projected in float64 and rounded once, to 2⁻³⁸ of the width of
// the world (0.15 mm at the equator); from there on everything is integer arithmetic. At zoom z the world is 2¹²⁺ᶻ units
// wide, and a vertex is drawn at the nearest unit, ties towards east and south. Units are counted over the whole
// world, not over a tile, so a vertex has the same place in every tile that shows it. Axes are those of a tile: x to the
// east, y to the south. An edge is straight in longitude and latitude; one that bends more than an eighth of a unit
// under the projection is divided.
//
// # No gap, no overlap
//
// Below zoom 18 borders are simplified by up to two units, with their topology kept (coverage.Simplify). The borders of a zoom are
// then rounded together, by iterated snap rounding (see snap): neighbours share every
// vertex and every edge of what is drawn, lines never cross, and a face that is too small to draw disappears without a trace
// but its label point. Cutting at the edge of a tile keeps that: a cut edge ends in the same place for both
// of its faces, and never passes over a vertex.
//
// The same input gives the same bytes: features stand in the order in which they came, layers and attributes in a fixed one.
//
// # Memory
//
// A set keeps its attributes encoded and each value once, and what tiles of a zoom share in units of that zoom; buildings, which are drawn in units
// for each tile, take some 150 bytes each with their attributes, points some 42. AppendTile draws with a pen whose memory goes from one tile to
// the next: a tile costs no garbage.
package tiles
