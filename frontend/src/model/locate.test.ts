import { describe, expect, test } from 'vitest'
import { type MultiPolygon, type Point, type Ring } from './lattice'
import { Locator } from './locate'
import { OUTSIDE } from './tie'

const box = (west: number, south: number, east: number, north: number): Ring => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
]

describe('two faces side by side', () => {
  const [west, east]: MultiPolygon[] = [[[box(0, 0, 4, 4)]], [[box(4, 0, 8, 4)]]]
  const net = new Locator([west, east].filter((f) => f !== undefined))
  test.each<[string, Point, number]>([
    ['inside', [2, 2], 0],
    ['on their border: the face east of it', [4, 2], 1],
    ['on the border of the net in the west', [0, 2], 0],
    ['on the border of the net in the east', [8, 2], 1],
    ['on the border of the net in the north, between both', [4, 4], 0],
    ['on the border of the net in the south, between both', [4, 0], 1],
    ['on the north-eastern corner', [8, 4], 1],
    ['beside the net', [9, 4], OUTSIDE],
  ])('%s', (_, p, owner) => {
    expect(net.face(p)).toBe(owner)
  })
})

describe('a face around a hole with an island that touches it', () => {
  const hole: Ring = [[2, 2], [2, 8], [8, 8], [8, 2]]
  const island: Ring = [[2, 5], [5, 4], [5, 6]]
  const net = new Locator([[[box(0, 0, 10, 10), hole]], [[island]]])
  test.each<[string, Point, number]>([
    ['in the hole', [7, 7], OUTSIDE],
    ['on the hole’s southern border', [5, 2], 0],
    ['on the hole’s northern border', [5, 8], 0],
    ['on the island’s eastern border', [5, 5], 1],
    ['where the island touches the hole’s border', [2, 5], 1],
  ])('%s', (_, p, owner) => {
    expect(net.face(p)).toBe(owner)
  })
})

test('without faces every point is outside', () => {
  expect(new Locator([]).face([0, 0])).toBe(OUTSIDE)
})
