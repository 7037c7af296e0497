import { describe, expect, test } from 'vitest'
import { fromDegrees, onSegment, orient, round, toDegrees, type Point } from './lattice'

describe('round', () => {
  test.each([
    [0.5, 1],
    [-0.5, -1],
    [1.5, 2],
    [-1.5, -2],
    [2.5, 3],
    [-2.4999999999999996, -2],
    [0.49999999999999994, 0],
    [-0.49999999999999994, 0],
    [-0, 0],
    [1_080_000_000.5, 1_080_000_001],
    [-1_080_000_000.5, -1_080_000_001],
  ])('%d → %d', (value, whole) => {
    expect(round(value)).toBe(whole)
  })
})

describe('fromDegrees', () => {
  test('rounds both coordinates', () => {
    expect(fromDegrees(108.33012345, -22.78000005)).toEqual([1_083_301_235, -227_800_001])
  })
  test.each([
    [180.1, 0],
    [0, -90.1],
    [NaN, 0],
    [0, Infinity],
  ])('refuses %d %d', (lon, lat) => {
    expect(fromDegrees(lon, lat)).toBeNull()
  })
  test('and toDegrees are inverse on the lattice', () => {
    const p: Point = [1_083_301_235, -227_800_001]
    expect(fromDegrees(...toDegrees(p))).toEqual(p)
  })
})

describe('orient', () => {
  test('tells left from right', () => {
    expect(orient([0, 0], [4, 0], [2, 1])).toBe(1)
    expect(orient([0, 0], [4, 0], [2, -1])).toBe(-1)
    expect(orient([0, 0], [4, 0], [9, 0])).toBe(0)
  })
  test('sees what float64 does not, next to a line across the whole earth', () => {
    const a: Point = [-1_800_000_000, -900_000_000]
    const b: Point = [1_799_999_999, 899_999_998]
    expect(orient(a, b, [600_000_000, 299_999_999])).toBe(1) // the exact product is 1, that of float64 is 0
    expect(orient(a, b, [-600_000_001, -300_000_001])).toBe(-1)
    expect(orient(a, [1_800_000_000, 900_000_000], [2, 1])).toBe(0)
  })
})

test('onSegment takes the ends and nothing beyond', () => {
  expect([[0, 0], [2, 1], [4, 2]].map(([x = 0, y = 0]) => onSegment([x, y], [0, 0], [4, 2]))).toEqual([true, true, true])
  expect([[-2, -1], [1, 1], [6, 3]].map(([x = 0, y = 0]) => onSegment([x, y], [0, 0], [4, 2]))).toEqual([false, false, false])
})
