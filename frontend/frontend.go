// Package frontend holds the built pages of the browser's part.
package frontend

import "embed"

// Dist is the folder dist: pages, scripts, styles and fonts as `npm run build` writes them. It is empty but for .keep in a tree where the
// front end was not built; the server then says so on its first page.
//
//go:embed all:dist
var Dist embed.FS
