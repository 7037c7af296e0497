import { expect, test } from 'vitest'
import { axisAround, axisEnd, bandGap, bandState } from './band'

test.each([
  [0, 'below', 300],
  [299, 'below', 1],
  [300, 'in', 0],
  [500, 'in', 0],
  [501, 'above', 1],
])('%d households are %s', (n, state, gap) => {
  expect(bandState(n)).toBe(state)
  expect(bandGap(n)).toBe(gap)
})

test.each([
  [412, 700],
  [699, 700],
  [700, 800],
  [1312, 1400],
])('the axis for %d ends at %d', (largest, end) => expect(axisEnd(largest)).toBe(end))

test.each([
  [[316, 484], 200, 600],
  [[300, 500], 200, 600],
  [[12, 1312], 0, 1400],
])('the axis around %j runs from %d to %d', (values, from, to) => expect(axisAround(values)).toEqual({ from, to }))
