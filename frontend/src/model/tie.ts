// The tie rule: the owner of a point is the face that contains it moved by (+ε, +ε²). On a border of the covered area,
// holes included, where that place is not covered, turn left from due east: the first face met owns the point.

import { edges, onSegment, orient, turn, type MultiPolygon, type Point } from './lattice'

/** The face of every place that no face covers. */
export const OUTSIDE = -1

/**
 * Whether the edge from a to b passes west of p or through it, on the row of p moved by (+ε, +ε²): rows are half open, the
 * lower end of an edge counts and its upper end does not.
 */
export function crosses(a: Point, b: Point, p: Point): boolean {
  if (a[1] <= p[1] === b[1] <= p[1]) return false
  return a[1] < b[1] ? orient(a, b, p) <= 0 : orient(b, a, p) <= 0
}

/** Whether a shape contains p moved by (+ε, +ε²). Of faces that share a border exactly one contains a point on it. */
export function contains(shape: MultiPolygon, p: Point): boolean {
  let odd = false
  edges(shape, (a, b) => {
    if (crosses(a, b, p)) odd = !odd
  })
  return odd
}

/**
 * The direction from p in which the sector that a shape covers at p begins, turning left: that of the edge on which a ring
 * leaves p. Of several the one that is met first from due east; null where p lies on no ring. Rings must have the inside
 * on their left.
 */
export function sector(shape: MultiPolygon, p: Point): Point | null {
  let first: Point | null = null
  edges(shape, (a, b) => {
    if ((p[0] === b[0] && p[1] === b[1]) || !onSegment(p, a, b)) return
    const to: Point = [b[0] - p[0], b[1] - p[1]]
    if (!first || sooner(to, first)) first = to
  })
  return first
}

/** Whether direction a is met before b when turning left from due east; due east itself is met last. */
export function sooner(a: Point, b: Point): boolean {
  const lowA = lower(a)
  return lowA === lower(b) ? turn(a[0], a[1], b[0], b[1]) > 0 : !lowA
}

function lower([x, y]: Point): boolean {
  return y < 0 || (y === 0 && x > 0)
}
