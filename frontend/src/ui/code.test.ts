import { expect, test } from 'vitest'
import { codeGroups, levelOf, ownGroup, parentCode } from './code'

test.each([
  ['450105', ['450105'], 'district', null],
  ['450105001', ['450105', '001'], 'town', '450105'],
  ['450105001004', ['450105', '001', '004'], 'community', '450105001'],
  ['450105001004002', ['450105', '001', '004', '002'], 'grid', '450105001004'],
  ['45010500100400017', ['450105', '001', '004', '00017'], 'building', '450105001004'],
])('%s', (code, groups, level, parent) => {
  expect(codeGroups(code)).toEqual(groups)
  expect(levelOf(code)).toBe(level)
  expect(parentCode(code)).toBe(parent)
  expect(ownGroup(code)).toBe(groups.at(-1))
})

test.each(['', '4501', '45010500100400', 'abcdef'])('%s names nothing', (code) => expect(levelOf(code)).toBeNull())
