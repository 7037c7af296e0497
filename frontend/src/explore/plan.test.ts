import { describe, expect, test } from 'vitest'
import type { UploadLook } from '@/api/uploads'
import type { Draft } from './plan'
import { draftOf, firstPlace, missing, planOf, rest, shift } from './plan'

const look: UploadLook = {
  layer: '',
  table: true,
  columns: ['编号', '时间', '经度', '纬度', '描述'],
  rows: [['1', '2026-01-01', '东', '北', ''], ['2', '2026-01-02', '108.3', '22.8', '坏']],
  own_ids: false,
  guesses: [
    { role: 'id', column: '编号', sure: true, reason: '' },
    { role: 'lon', column: '经度', sure: true, reason: '' },
    { role: 'lat', column: '纬度', sure: true, reason: '' },
    { role: 'at', column: '时间', sure: false, reason: '' },
  ],
  dates: '',
}
const reading = { encoding: '', layer: '', delimiter: '' }
const draft = (more: Partial<Draft> = {}): Draft => ({ ...draftOf(look, reading), kind: 'report', crs: 'wgs84', ...more })

test('a draft takes what is sure, and no datum', () => {
  expect(draftOf(look, reading)).toMatchObject({ columns: { id: '编号', lon: '经度', lat: '纬度' }, crs: null, kind: '' })
})

describe('what is missing', () => {
  test.each<[Partial<Draft>, string[]]>([
    [{}, []],
    [{ crs: null }, ['crs']],
    [{ crs: 'rows' }, ['crs']],
    [{ crs: 'stated' }, ['crs']],
    [{ kind: '' }, ['kind']],
    [{ kind: 'Street Light' }, ['kind-form']],
    [{ kind: '', columns: { ...draft().columns, kind: '描述' } }, []],
    [{ columns: {} }, ['id', 'place']],
    [{ kind: 'resident' }, ['resident']],
    [{ kind: 'resident', attributes: false }, []],
  ])('%o: %o', (more, what) => expect(missing(draft(more), look)).toEqual(what))

  test('features have ids and places of their own', () => {
    expect(missing(draft({ columns: {}, crs: 'stated' }), { ...look, table: false, own_ids: true, crs: 'EPSG:4490' })).toEqual([])
  })
})

describe('the plan', () => {
  test('says what was chosen and nothing else', () => {
    expect(planOf(draft(), look, '450105')).toEqual({ district: '450105', kind: 'report', crs: 'wgs84', columns: { id: '编号', lon: '经度', lat: '纬度' } })
  })
  test('overrules what the file states only where another datum was chosen', () => {
    const stating = { ...look, crs: 'EPSG:4490' }
    expect(planOf(draft({ crs: 'stated' }), stating, '450105').crs).toBeUndefined()
    expect(planOf(draft({ crs: 'gcj02' }), stating, '450105').crs).toBe('gcj02!')
  })
  test('reads a column of datums only where the rows say theirs', () => {
    const columns = { ...draft().columns, crs: '描述' }
    expect(planOf(draft({ columns }), look, '450105').columns.crs).toBeUndefined()
    expect(planOf(draft({ columns, crs: 'rows' }), look, '450105')).toMatchObject({ columns: { crs: '描述' } })
    expect(planOf(draft({ columns, crs: 'rows' }), look, '450105').crs).toBeUndefined()
  })
  test('keeps no attributes where none are wanted', () => expect(planOf(draft({ attributes: false }), look, '450105').attributes).toEqual([]))
})

test('columns without a role', () => expect(rest(draft(), look)).toEqual(['时间', '描述']))

test('a wrong datum is shown in metres', () => {
  const place = firstPlace(draft(), look)
  expect(place).toEqual([108.3, 22.8])
  if (!place) return
  expect(shift(place, 'wgs84', 'gcj02')).toBeGreaterThan(400)
  expect(shift(place, 'wgs84', 'gcj02')).toBeLessThan(600)
  expect(shift(place, 'wgs84', 'cgcs2000')).toBe(0)
  expect(shift(place, 'gcj02', 'bd09')).toBeGreaterThan(500)
  expect(firstPlace(draft({ columns: {} }), look)).toBeNull()
})
