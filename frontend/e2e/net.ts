import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Small nets for the tests that bring their own, and the program that imports them. */

const run = promisify(execFile)

/** A grid as a ring of corners: columns 0–2 from west to east, rows 0–2 from south to north, each 0.01 degree. */
export type Corners = readonly (readonly [column: number, row: number])[]

export const squares: Record<string, Corners> = {
  '001': [[0, 0], [1, 0], [1, 1], [0, 1]],
  '002': [[1, 0], [2, 0], [2, 1], [1, 1]],
  '003': [[0, 1], [1, 1], [1, 2], [0, 2]],
  '004': [[1, 1], [2, 1], [2, 2], [1, 2]],
}

/** West edge of a district's net; the south edge is 22° N. */
export const westOf = (district: string) => 108 + (Number(district) % 10) / 10

/** Writes a net of one community as GeoJSON; `east` moves the corner in the middle, in degrees. */
export async function writeNet(folder: string, district: string, grids: Record<string, Corners> = squares, east = 0): Promise<string> {
  const west = westOf(district)
  const place = ([i, j]: readonly [number, number]) => [Number((west + 0.01 * i + (i === 1 && j === 1 ? east : 0)).toFixed(7)), 22 + 0.01 * j]
  const features = Object.entries(grids).map(([serial, corners]) => {
    const first = corners[0] ?? [0, 0]
    const properties = { code: `${district}001001${serial}`, name: `第${serial}格`, kind: 'basic' }
    return { type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [[...corners, first].map(place)] } }
  })
  const file = join(folder, `net-${district}.geojson`)
  await writeFile(file, JSON.stringify({ type: 'FeatureCollection', features }))
  return file
}

/** Imports it as the next release. */
export async function importNet(program: string, data: string, file: string, district: string, ...more: string[]): Promise<void> {
  const args = ['import', 'net', file, '--district', district, '--crs', 'cgcs2000', '--community', 'prefix:12', '--town', 'prefix:9', '--yes']
  await run(program, [...args, ...more, '--data', data])
}
