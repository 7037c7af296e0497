// Which face owns a point: the answer of the server's index, from a list of faces, for pages that are offline.

import { type MultiPolygon, type Point } from './lattice'
import { contains, OUTSIDE, sector, sooner } from './tie'

interface Boxed {
  shape: MultiPolygon
  west: number
  south: number
  east: number
  north: number
}

/** Answers from a list of faces that cover no place twice. It looks at each face whose box holds the point. */
export class Locator {
  private readonly faces: Boxed[]

  constructor(shapes: readonly MultiPolygon[]) {
    this.faces = shapes.map(boxed)
  }

  /** The number in the list of the face that owns p by the tie rule, or OUTSIDE. */
  face(p: Point): number {
    const near = (f: Boxed) => f.west <= p[0] && p[0] <= f.east && f.south <= p[1] && p[1] <= f.north
    const owner = this.faces.findIndex((f) => near(f) && contains(f.shape, p))
    if (owner >= 0) return owner

    let first: Point | null = null
    let face = OUTSIDE
    this.faces.forEach((f, i) => {
      const to = near(f) ? sector(f.shape, p) : null
      if (to && (!first || sooner(to, first))) {
        first = to
        face = i
      }
    })
    return face
  }
}

function boxed(shape: MultiPolygon): Boxed {
  const box = { shape, west: Infinity, south: Infinity, east: -Infinity, north: -Infinity }
  for (const [shell] of shape) {
    for (const [x, y] of shell ?? []) {
      box.west = Math.min(box.west, x)
      box.south = Math.min(box.south, y)
      box.east = Math.max(box.east, x)
      box.north = Math.max(box.north, y)
    }
  }
  return box
}
