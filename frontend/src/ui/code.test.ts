import { expect, test } from 'vitest'
import { codeGroups, ownGroup, parentCode } from './code'

test.each([
  ['450105', ['450105'], null],
  ['450105001', ['450105', '001'], '450105'],
  ['450105001004', ['450105', '001', '004'], '450105001'],
  ['450105001004002', ['450105', '001', '004', '002'], '450105001004'],
  ['45010500100400017', ['450105', '001', '004', '00017'], '450105001004'],
])('%s', (code, groups, parent) => {
  expect(codeGroups(code)).toEqual(groups)
  expect(parentCode(code)).toBe(parent)
  expect(ownGroup(code)).toBe(groups.at(-1))
})
