import { describe, expect, test } from 'vitest'
import type { MapView } from './view'
import { style } from './style'

const view: MapView = {
  theme: 'light',
  district: { code: '450105', bounds: [107.98, 22.34, 108.34, 22.86], tiles: { net: '7', base: '3', buildings: '2' } },
  hidden: new Set(),
  changes: null,
  incoming: [],
  selected: null,
  points: { version: '1', kinds: null, marks: new Map([['litter', 3], ['noise', 7]]) },
  building: null,
  chosenPoint: null,
  touched: [],
  position: null,
  asked: null,
  scale: 1,
  lettering: { by: 1, least: 0 },
  words: { households: '' },
}
const made = (change: Partial<MapView>) => style({ ...view, ...change }, 'http://localhost')

describe('reported points', () => {
  test('are asked for at one address, whatever their version', () => {
    const one = made({})
    expect(one.sources.points).toMatchObject({ tiles: ['http://localhost/tiles/450105/points/current/{z}/{x}/{y}.mvt'] })
    expect(made({ points: { version: '2', kinds: null, marks: new Map([['litter', 3], ['noise', 7]]) } })).toEqual(one)
  })

  test('of some kinds are counted by the server', () => {
    const { sources } = made({ points: { version: '1', kinds: ['noise', 'road-damage'], marks: new Map() } })
    expect(sources.points).toMatchObject({ tiles: ['http://localhost/tiles/450105/points/current/{z}/{x}/{y}.mvt?kind=noise,road-damage'] })
  })

  test('are left out where none are shown', () => {
    const { layers, sources } = made({ points: null })
    expect(sources.points).toBeUndefined()
    expect(layers.filter((l) => /^(point-mark|cluster)/.test(l.id))).toEqual([])
    expect(made({ hidden: new Set(['points']) }).layers.filter((l) => /^(point-mark|cluster)/.test(l.id))).toEqual([])
  })

  test('have the mark of their kind in the theme', () => {
    const mark = made({ theme: 'dark' }).layers.find((l) => l.id === 'point-mark')
    expect((mark?.layout as Record<string, unknown>)['icon-image']).toEqual(['match', ['get', 'kind'], 'litter', 'mark3@dark', 'noise', 'mark7@dark', 'mark0@dark'])
  })
})
