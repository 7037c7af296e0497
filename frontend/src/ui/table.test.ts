import { expect, test } from 'vitest'
import type { Column } from './table'
import { csv, sorted } from './table'

interface Row {
  code: string
  name: string
  households?: number
}
const rows: Row[] = [
  { code: '3', name: '淡村', households: 412 },
  { code: '1', name: '亭洪' },
  { code: '2', name: '白沙', households: 412 },
  { code: '4', name: '=1+1, "x"', households: 30 },
]
const name: Column<Row> = { key: 'name', label: '名称', value: (r) => r.name }
const households: Column<Row> = { key: 'households', label: '户数', figure: true, value: (r) => r.households }
const codes = (list: Row[]) => list.map((r) => r.code).join('')

test('names sort by pinyin', () => expect(codes(sorted(rows.slice(0, 3), name, false))).toBe('231'))
test('figures sort by value, ties by code, missing ones last', () => expect(codes(sorted(rows, households, false))).toBe('4231'))
test('downwards the missing ones stay last', () => expect(codes(sorted(rows, households, true))).toBe('2341'))
test('the rows given are left as they were', () => expect(codes(rows)).toBe('3124'))

test('CSV opens in Excel: byte order mark, quoted quotes, no formulas', () => {
  expect(csv([name, households], rows.slice(2))).toBe('\uFEFF名称,户数\r\n白沙,412\r\n"\'=1+1, ""x""",30\r\n')
})
