// The questions that Go has answered (internal/testkit/vectors), asked again here.

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { codeAt, levelOf, type Level } from './code'
import { fromCGCS2000, toCGCS2000, type Datum, type LonLat } from './crs'
import { fromDegrees, orient, type MultiPolygon, type Point } from './lattice'
import { Locator } from './locate'

interface Vectors {
  rounding: { degrees: number; units: number; ok: boolean }[]
  orientation: { points: [Point, Point, Point]; sign: number }[]
  nets: { faces: MultiPolygon[]; owners: [x: number, y: number, owner: number][] }[]
  codes: { text: string; level: Level | ''; at: Partial<Record<Level, string>> }[]
  datums: { datum: Datum; home: LonLat; there: LonLat; back: LonLat }[]
}

const file = fileURLToPath(new URL('testdata/vectors.json', import.meta.url))
if (!existsSync(file)) throw new Error('src/model/testdata/vectors.json is missing: run `make vectors` before the tests')
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors

/** Asks every question and lists the first few whose answer differs. */
function differences<Q>(questions: Q[], differs: (q: Q) => string | false): string[] {
  const found: string[] = []
  for (const q of questions) {
    const difference = differs(q)
    if (difference && found.push(difference) === 10) break
  }
  return found
}

test('there are at least 100,000 points with their owners', () => {
  expect(vectors.nets.reduce((n, net) => n + net.owners.length, 0)).toBeGreaterThanOrEqual(1e5)
})

test('degrees round to the lattice as in Go', () => {
  expect(
    differences(vectors.rounding, ({ degrees, units, ok }) => {
      const x = fromDegrees(degrees, 0)?.[0] ?? null
      return !Object.is(x, ok ? units : null) && `${degrees}: ${x}, Go: ${units}`
    }),
  ).toEqual([])
})

test('orientation is exact', () => {
  expect(
    differences(vectors.orientation, ({ points: [a, b, c], sign }) => {
      const found = orient(a, b, c)
      return found !== sign && `${a} ${b} ${c}: ${found}, Go: ${sign}`
    }),
  ).toEqual([])
})

test('every point belongs to the face that the index says', () => {
  expect(
    vectors.nets.flatMap(({ faces, owners }, i) => {
      const locator = new Locator(faces)
      return differences(owners, ([x, y, owner]) => {
        const found = locator.face([x, y])
        return found !== owner && `net ${i}, ${x} ${y}: ${found}, Go: ${owner}`
      })
    }),
  ).toEqual([])
})

test('codes have the levels and prefixes that they have in Go', () => {
  const levels: Level[] = ['district', 'town', 'community', 'grid', 'building', 'cell', 'unit', 'room']
  expect(
    differences(vectors.codes, ({ text, level, at }) => {
      if ((levelOf(text) ?? '') !== level) return `${text} names ${levelOf(text)}, Go: ${level}`
      const wrong = levels.find((l) => (codeAt(text, l) ?? undefined) !== at[l])
      return wrong !== undefined && `${text} at ${wrong}: ${codeAt(text, wrong)}, Go: ${at[wrong]}`
    }),
  ).toEqual([])
})

test('datums agree with Go to 1e-12 degree', () => {
  const far = (a: LonLat, b: LonLat) => Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])) > 1e-12
  expect(
    differences(vectors.datums, ({ datum, home, there, back }) => {
      const out = fromCGCS2000(datum, home)
      const returned = toCGCS2000(datum, there)
      return (far(out, there) || far(returned, back)) && `${datum} ${home}: ${out} and back ${returned}, Go: ${there}, ${back}`
    }),
  ).toEqual([])
})
