import { expect, test } from 'vitest'
import type { UrlState } from './url'
import { format, parse } from './url'

const nothing: UrlState = { area: null, point: null, hidden: [], theme: null, language: null, kiosk: false, table: null, moment: null }

test('an empty query says nothing, and nothing is an empty query', () => {
  expect(parse('')).toEqual(nothing)
  expect(format(nothing)).toBe('')
})

test.each<Partial<UrlState>>([
  { area: '450105001004002' },
  { area: '450105', table: 'grid' },
  { point: { lon: 108.3054821, lat: -22.7, crs: 'gcj02' } },
  { hidden: ['buildings', 'knots'], theme: 'dark' },
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
  ['?table=building', 'table'],
])('%s is left out', (query) => expect(parse(query)).toEqual(nothing))
