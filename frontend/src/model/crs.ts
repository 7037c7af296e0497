// The datums in which Chinese coordinates come, as package geo/crs has them in Go: CGCS2000 and WGS 84, which are taken as
// equal (they differ by centimetres), GCJ-02 (AMap, Tencent) and BD-09 (Baidu). Coordinates are degrees, longitude first.
// The sines of JavaScript and Go may differ in the last place: both languages agree to 1e-12 degree (1e-7 m).

/** What a coordinate refers to. None is ever guessed: WGS 84 and GCJ-02 differ by 500 m in Nanning. */
export type Datum = 'cgcs2000' | 'wgs84' | 'gcj02' | 'bd09'

/** Longitude and latitude in degrees. */
export type LonLat = readonly [lon: number, lat: number]

export const DATUMS: readonly Datum[] = ['cgcs2000', 'wgs84', 'gcj02', 'bd09']

/** Reads the name of a datum, in upper or lower case, with or without hyphens; null for anything else. */
export function parseDatum(text: string): Datum | null {
  const name = text.trim().toLowerCase().replaceAll('-', '')
  return DATUMS.find((d) => d === name) ?? null
}

/** Gives a place in another datum. */
export function fromCGCS2000(datum: Datum, place: LonLat): LonLat {
  switch (datum) {
    case 'gcj02':
      return toGCJ(place)
    case 'bd09':
      return toBD(toGCJ(place))
    default:
      return place
  }
}

/** Brings a place of another datum home: the inverse of fromCGCS2000 to less than 1e-8 m. */
export function toCGCS2000(datum: Datum, place: LonLat): LonLat {
  switch (datum) {
    case 'gcj02':
      return fromGCJ(place)
    case 'bd09':
      return fromGCJ(invert(toBD, place))
    default:
      return place
  }
}

// The rectangle in which GCJ-02 is shifted; elsewhere it equals WGS 84. It covers foreign land too: that is how the datum
// is used everywhere.
function inChina([lon, lat]: LonLat): boolean {
  return lon >= 72.004 && lon <= 137.8347 && lat >= 0.8293 && lat <= 55.8271
}

function toGCJ(place: LonLat): LonLat {
  return inChina(place) ? shift(place) : place
}

// A place that no shifted place comes from was never shifted.
function fromGCJ(place: LonLat): LonLat {
  const home = invert(shift, place)
  return inChina(home) ? home : place
}

/** The public formula of GCJ-02, on the ellipsoid of Krassovsky 1940. */
function shift([lon, lat]: LonLat): LonLat {
  const axis = 6378245 // metres
  const eccentricity = 0.006693421622965943 // squared
  const { PI, abs, cos, sin, sqrt } = Math
  const x = lon - 105
  const y = lat - 35
  const wave = 20 * sin(6 * PI * x) + 20 * sin(2 * PI * x)
  const east =
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) +
    ((wave + 20 * sin(PI * x) + 40 * sin((PI / 3) * x) + 150 * sin((PI / 12) * x) + 300 * sin((PI / 30) * x)) * 2) / 3
  const north =
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) +
    ((wave + 20 * sin(PI * y) + 40 * sin((PI / 3) * y) + 160 * sin((PI / 12) * y) + 320 * sin((PI / 30) * y)) * 2) / 3
  const phi = (lat * PI) / 180
  const w = 1 - eccentricity * sin(phi) * sin(phi)
  const meridian = (axis * (1 - eccentricity)) / (w * sqrt(w)) // radius M(φ)
  const normal = axis / sqrt(w) // radius N(φ)
  return [lon + (east * 180) / (normal * cos(phi) * PI), lat + (north * 180) / (meridian * PI)]
}

/** The public formula of BD-09. */
function toBD([lon, lat]: LonLat): LonLat {
  const wave = (Math.PI * 3000) / 180
  const r = Math.hypot(lon, lat) + 0.00002 * Math.sin(lat * wave)
  const angle = Math.atan2(lat, lon) + 0.000003 * Math.cos(lon * wave)
  return [r * Math.cos(angle) + 0.0065, r * Math.sin(angle) + 0.006]
}

// Solves f(p) = q by p ← p + (q − f(p)). f is within 1 % of a translation, so each step gains two digits at least and ten
// are more than a number holds.
function invert(f: (place: LonLat) => LonLat, [lon, lat]: LonLat): LonLat {
  let x = lon
  let y = lat
  for (let step = 0; step < 10; step++) {
    const [u, v] = f([x, y])
    x += lon - u
    y += lat - v
    if (Math.abs(lon - u) < 2e-14 && Math.abs(lat - v) < 2e-14) break
  }
  return [x, y]
}
