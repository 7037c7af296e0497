import { describe, expect, test } from 'vitest'
import { fieldsOf, momentOf, readMoment, standing } from './moment'

describe('a link', () => {
  test.each([
    ['2025-03-01T01:30:00Z', null, { at: '2025-03-01T01:30:00Z' }],
    ['2025-03-01T09:30:00+08:00', null, { at: '2025-03-01T01:30:00Z' }],
    ['2025-03-01', null, { at: '2025-02-28T16:00:00Z' }], // the beginning of the day in Beijing
    ['2025-03-01', '4', { at: '2025-02-28T16:00:00Z' }],
    [null, '4', { release: 4 }],
  ])('that says %s and %s', (at, release, moment) => expect(readMoment(at, release)).toEqual(moment))

  test.each([
    ['yesterday', null],
    ['2025-03-01T09:30:00', null], // without a zone
    ['2025-02-31', null],
    ['2025-13-01', null],
    [null, '0'],
    [null, '-1'],
    [null, '1.5'],
    [null, '99999999999'],
    [null, ''],
    [null, null],
  ])('that says %s and %s says nothing', (at, release) => expect(readMoment(at, release)).toBeNull())
})

test('a form is in the time of the district, and comes back', () => {
  expect(momentOf('2025-03-01', '09:30')).toEqual({ at: '2025-03-01T01:30:00Z' })
  expect(momentOf('2025-03-01', '')).toEqual({ at: '2025-02-28T16:00:00Z' })
  expect(momentOf('', '09:30')).toBeNull()
  expect(fieldsOf('2025-03-01T01:30:00Z')).toEqual({ day: '2025-03-01', time: '09:30' })
  expect(fieldsOf('2025-02-28T16:00:00Z')).toEqual({ day: '2025-03-01', time: '00:00' })
})

test.each([
  [[], 'never'],
  [[{ from: '2025-01-01T00:00:00Z', to: '2025-02-01T00:00:00Z' }], 'past'],
  [[{ from: '2025-01-01T00:00:00Z', to: null }], 'now'],
  [[{ from: '2025-01-01T00:00:00Z', to: '2025-02-01T00:00:00Z' }, { from: '2025-03-01T00:00:00Z', to: null }], 'now'],
  [[{ from: '2026-01-01T00:00:00Z', to: null }], 'past'],
] as const)('in force %o is %s', (spans, is) => expect(standing(spans, new Date('2025-06-01T00:00:00Z'))).toBe(is))
