import { describe, expect, test } from 'vitest'
import { featureFilter, validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { themes } from '@/tokens/theme'
import type { Theme } from '@/tokens/theme'
import { circle, scaleBar } from './circle'
import { groupNames, levelAt, order } from './layers'
import { style } from './style'
import type { MapView } from './view'

const view: MapView = {
  theme: 'light',
  district: { code: '450105', bounds: [107.98, 22.34, 108.34, 22.86], tiles: { net: '7', base: '3', buildings: '2' } },
  hidden: new Set(),
  changes: { today: '9', gone: ['450105001004003'], born: ['450105001004009'], bordersThen: ['450105001004002'], bordersToday: ['450105001004002'] },
  incoming: [{ at: [108.3, 22.8], inside: true, wrong: [108.305, 22.798] }, { at: [100, 20], inside: false, wrong: null }],
  selected: { level: 'grid', code: '450105001004002', label: [108.3, 22.8], flag: '002  412 户' },
  points: { version: '1', kinds: null, marks: new Map([['litter', 3], ['noise', 7]]) },
  building: '45010500100400001',
  chosenPoint: { lon: 108.305, lat: 22.8 },
  touched: ['450105001004002', '450105001004003'],
  position: { lon: 108.3, lat: 22.8, accuracy: 38 },
  asked: { lon: 108.31, lat: 22.8 },
  scale: 1,
  lettering: { by: 1, least: 0 },
  words: { households: ' 户' },
}
const made = (change: Partial<MapView>) => style({ ...view, ...change }, 'http://localhost')
const ids = (change: Partial<MapView>) => made(change).layers.map((l) => l.id)

describe('style', () => {
  test.each(Object.keys(themes) as Theme[])('of the theme %s is valid', (theme) => {
    expect(validateStyleMin(made({ theme })).map((e) => e.message)).toEqual([])
  })

  test('has every layer once, in the one order', () => {
    expect(ids({})).toEqual([...order])
  })

  test('is the same for the same view', () => {
    expect(made({})).toEqual(made({}))
  })

  test('leaves out what a district has no tiles for', () => {
    const left = ids({ district: { code: '990001', bounds: [0, 0, 1, 1], tiles: { net: '1' } } })
    expect(left).toContain('grid')
    expect(left.filter((id) => /^(street|water|lot|building)/.test(id))).toEqual([])
    expect(ids({ district: null })).toContain('outside')
  })

  test('leaves out the layers of hidden groups and nothing else', () => {
    for (const group of groupNames) {
      const without = ids({ hidden: new Set([group]) })
      expect(without.length).toBeLessThan(order.length)
      expect(without).toContain('grid')
    }
  })

  test('what changed is drawn only beside an earlier net, from the tiles of today', () => {
    expect(ids({ changes: null }).filter((id) => /hatch|then|today/.test(id))).toEqual(['gone-hatch', 'then-line'])
    expect(made({}).sources.today).toMatchObject({ tiles: ['http://localhost/tiles/450105/net/9/{z}/{x}/{y}.mvt'] })
  })

  test('a new release is a new address of tiles and changes nothing else', () => {
    const [a, b] = [made({}), made({ district: { code: '450105', bounds: [107.98, 22.34, 108.34, 22.86], tiles: { net: '8', base: '3', buildings: '2' } } })]
    expect(b.sources.net).toMatchObject({ tiles: ['http://localhost/tiles/450105/net/8/{z}/{x}/{y}.mvt'] })
    expect({ ...b, sources: { ...b.sources, net: a.sources.net } }).toEqual(a)
  })

  test('the selected grid gives its number to the flag', () => {
    const label = made({}).layers.find((l) => l.id === 'grid-label')
    const { filter } = featureFilter(label && 'filter' in label ? label.filter : undefined, 'grid-label.filter')
    const shown = (code: string) => filter({ zoom: 15 }, { type: 1, properties: { code } })
    expect(shown('450105001004002')).toBe(false)
    expect(shown('450105001004003')).toBe(true)
  })

  test('no lettering on a wall is smaller than its least size', () => {
    const { layers } = made({ lettering: { by: 1.6, least: 28 } })
    const sizes = layers.flatMap((l) => (l.type === 'symbol' && l.layout && 'text-size' in l.layout ? [(l.layout as { 'text-size': unknown[] })['text-size'].slice(3) as number[]] : []))
    expect(sizes.length).toBeGreaterThan(5)
    for (const stops of sizes) for (let i = 1; i < stops.length; i += 2) expect(stops[i]).toBeGreaterThanOrEqual(28)
  })

  test('line widths follow the scale of a wall', () => {
    const width = (scale: number) => (made({ scale }).layers.find((l) => l.id === 'grid')?.paint as { 'line-width': number[] })['line-width']
    expect(width(2)[4]).toBeCloseTo(2 * (width(1)[4] ?? 0))
  })
})

test.each([
  [5, 'district'],
  [9.5, 'town'],
  [12, 'community'],
  [14, 'grid'],
])('at zoom %d a click means a %s', (zoom, level) => expect(levelAt(zoom)).toBe(level))

test('the circle has its radius in metres in every direction', () => {
  const ring = circle(108.3, 22.8, 100).geometry.coordinates[0] ?? []
  // 1° at 22.8° N on GRS 80: 110 756 m north, 102 679 m east.
  for (const [lon = 0, lat = 0] of ring) expect(Math.hypot((lon - 108.3) * 102_679, (lat - 22.8) * 110_756)).toBeCloseTo(100, 1)
  expect(ring[0]).toEqual(ring[72])
})

test.each([
  [13, 200, 120],
  [15.05, 200, 97],
  [10, 2000, 64],
])('the scale bar at zoom %d is a round number no wider than asked', (zoom) => {
  const { metres, width } = scaleBar(zoom, 22.8, 100)
  expect(width).toBeLessThanOrEqual(100)
  expect(width).toBeGreaterThan(38)
  expect([1, 2, 5]).toContain(metres / 10 ** Math.floor(Math.log10(metres)))
})
