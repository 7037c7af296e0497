// Exact geometry on the lattice of 1e-7 degree, as package geo has it in Go: every coordinate is a whole number of units
// of 1e-7 degree (about 1 cm), longitude first, in CGCS2000. The same vectors hold in both languages.

/** A place on the lattice: longitude and latitude in 1e-7 degree, whole numbers. */
export type Point = readonly [x: number, y: number]

/** A closed line without its repeated end. */
export type Ring = readonly Point[]

/** A shell (counter-clockwise) followed by its holes (clockwise): the inside lies on the left. */
export type Polygon = readonly Ring[]

/** The shape of one face: parts that may touch in points but share no inside. */
export type MultiPolygon = readonly Polygon[]

/** Lattice units in a degree. */
export const SCALE = 1e7

/** The nearest whole number, halves away from zero. (Math.round turns −0.5 to −0 and −1.5 to −1.) */
export function round(v: number): number {
  const whole = Math.trunc(v)
  return (Math.abs(v - whole) >= 0.5 ? whole + Math.sign(v) : whole) + 0
}

/** Rounds a longitude and a latitude in degrees to the lattice; null for what is not on the earth. */
export function fromDegrees(lon: number, lat: number): Point | null {
  if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) return null
  return [round(lon * SCALE), round(lat * SCALE)]
}

/** Longitude and latitude in degrees. */
export function toDegrees([x, y]: Point): [lon: number, lat: number] {
  return [x / SCALE, y / SCALE]
}

/**
 * 1 where c lies left of the line from a to b, −1 right of it, 0 on it; exact for all points of the lattice.
 *
 * Differences of coordinates are below 2³², so each product is off by at most 2⁻⁵³ of itself. Where that leaves the sign
 * of their difference open, which happens only next to the line, BigInt decides.
 */
export function orient(a: Point, b: Point, c: Point): -1 | 0 | 1 {
  return turn(b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1])
}

/** 1 where direction v lies left of direction u, by less than a half turn; −1 right of it; 0 along it or against it. */
export function turn(ux: number, uy: number, vx: number, vy: number): -1 | 0 | 1 {
  const l = ux * vy
  const r = uy * vx
  const sure = (Math.abs(l) + Math.abs(r)) * 2 ** -52
  if (l - r > sure) return 1
  if (r - l > sure) return -1
  const exact = BigInt(ux) * BigInt(vy) - BigInt(uy) * BigInt(vx)
  return exact > 0n ? 1 : exact < 0n ? -1 : 0
}

/** Whether p lies on the closed segment from a to b. */
export function onSegment(p: Point, a: Point, b: Point): boolean {
  return (
    Math.min(a[0], b[0]) <= p[0] && p[0] <= Math.max(a[0], b[0]) &&
    Math.min(a[1], b[1]) <= p[1] && p[1] <= Math.max(a[1], b[1]) &&
    orient(a, b, p) === 0
  )
}

/** Calls visit for every edge of a shape, in the direction of its rings. */
export function edges(shape: MultiPolygon, visit: (a: Point, b: Point) => void): void {
  for (const polygon of shape) {
    for (const ring of polygon) {
      let a = ring.at(-1)
      if (!a) continue
      for (const b of ring) {
        visit(a, b)
        a = b
      }
    }
  }
}
