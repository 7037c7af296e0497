import { expect, test } from 'vitest'
import { ancestors, codeAt, levelOf } from './code'

test.each([
  ['450105', 'district', []],
  ['450105001', 'town', ['450105']],
  ['450105001002', 'community', ['450105', '450105001']],
  ['450105001002003', 'grid', ['450105', '450105001', '450105001002']],
  ['45010500100200003', 'building', ['450105', '450105001', '450105001002']],
  ['450105001002003004', 'cell', ['450105', '450105001', '450105001002', '450105001002003']],
  ['4501050010020000301', 'unit', ['450105', '450105001', '450105001002', '45010500100200003']],
  ['', null, []],
  ['45010', null, []],
  ['45010５', null, []],
])('%s names a %s', (code, level, above) => {
  expect(levelOf(code)).toBe(level)
  expect(ancestors(code)).toEqual(above)
})

test('a building lies in no grid by its code', () => {
  expect(codeAt('45010500100200003', 'grid')).toBeNull()
  expect(codeAt('45010500100200003', 'community')).toBe('450105001002')
})
