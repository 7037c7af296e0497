import { expect, test } from 'vitest'
import type { UrlState } from './url'
import { format, parse } from './url'

const nothing: UrlState = { area: null, point: null, item: null, hiddenKinds: [], hidden: [], theme: null, language: null, kiosk: false, table: null, moment: null }

test('an empty query says nothing, and nothing is an empty query', () => {
  expect(parse('')).toEqual(nothing)
  expect(format(nothing)).toBe('')
})

test.each<Partial<UrlState>>([
  { area: '450105001004002' },
  { area: '450105', table: 'grid' },
  { point: { lon: 108.3054821, lat: -22.7, crs: 'gcj02' } },
  { hidden: ['buildings', 'knots'], theme: 'dark' },
  { hidden: ['points'], hiddenKinds: ['noise', 'street-light'] },
  { item: { kind: 'street-light', id: 'a/b:c, d&e=f #%?号' }, area: '450105001004002' },
  { area: '45010500100400012', table: 'building' },
  { table: 'outside' },
  { language: 'en', kiosk: true, moment: { release: 12 } },
  { moment: { at: '2025-03-01T01:30:00Z' } },
])('%o comes back from its own query', (part) => {
  const state = { ...nothing, ...part }
  expect(parse(format(state))).toEqual(state)
})

test.each([
  ['?area=12', 'area'],
  ['?area=<script>', 'area'],
  ['?point=108.3,22.8', 'point'],
  ['?point=108.3,22.8,nad27', 'point'],
  ['?point=108.3,91,wgs84', 'point'],
  ['?theme=neon', 'theme'],
  ['?release=-1', 'release'],
  ['?at=yesterday', 'at'],
  ['?table=room', 'table'],
  ['?item=lamp', 'item'],
  ['?item=/7', 'item'],
  ['?item=Lamp 1/7', 'item'],
  ['?hide=kind:,kind:A b', 'hide'],
])('%s is left out', (query) => expect(parse(query)).toEqual(nothing))
