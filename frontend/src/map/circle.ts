import type { Feature, Polygon } from 'geojson'

/** Radii of curvature of GRS 80 in metres at a latitude in degrees: along the meridian, and along the parallel. */
function radii(lat: number): { meridian: number; parallel: number } {
  const a = 6378137
  const e2 = 0.00669438002290
  const phi = (lat * Math.PI) / 180
  const w2 = 1 - e2 * Math.sin(phi) ** 2
  return { meridian: (a * (1 - e2)) / w2 ** 1.5, parallel: (a * Math.cos(phi)) / Math.sqrt(w2) }
}

/** A circle on the tangent plane at its centre: degrees in, radius in metres, a ring of 72 corners out. */
export function circle(lon: number, lat: number, radius: number): Feature<Polygon> {
  const { meridian, parallel } = radii(lat)
  const east = (radius / parallel) * (180 / Math.PI)
  const north = (radius / meridian) * (180 / Math.PI)
  const ring = Array.from({ length: 73 }, (_, i) => {
    const angle = ((i % 72) / 72) * 2 * Math.PI
    return [lon + east * Math.cos(angle), lat + north * Math.sin(angle)]
  })
  return { type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } }
}

/** Metres of one CSS pixel at a zoom and latitude on a Web Mercator map of 512 px tiles. */
export function metresPerPixel(zoom: number, lat: number): number {
  return (40075016.686 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** zoom)
}

/** The largest of 1, 2, 5 × 10ⁿ metres whose bar is at most `most` px wide, and that width. */
export function scaleBar(zoom: number, lat: number, most: number): { metres: number; width: number } {
  const perPixel = metresPerPixel(zoom, lat)
  const power = 10 ** Math.floor(Math.log10(perPixel * most))
  const metres = power * ([5, 2, 1].find((m) => m * power <= perPixel * most) ?? 1)
  return { metres, width: metres / perPixel }
}
