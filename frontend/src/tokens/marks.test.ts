import { expect, test } from 'vitest'
import { colourOf, marks, marksOf, shapeOf } from './marks'

const kinds = (n: number) => Array.from({ length: n }, (_, i) => `kind-${i}`)

test('up to twelve kinds all differ in shape or colour', () => {
  const all = [...marksOf(kinds(marks)).values()]
  expect(new Set(all).size).toBe(marks)
  expect(new Set(all.map((m) => `${shapeOf(m)} ${colourOf(m)}`)).size).toBe(marks)
})

test('up to six differ in shape', () => {
  expect(new Set([...marksOf(kinds(6)).values()].map(shapeOf)).size).toBe(6)
})

test('more kinds have marks too, which they share', () => {
  const all = [...marksOf(kinds(40)).values()]
  expect(all.length).toBe(40)
  for (const mark of all) expect(mark).toBeLessThan(marks)
})

test('a kind has the same mark whatever the order in which kinds are named', () => {
  const some = kinds(9)
  expect(marksOf([...some].reverse())).toEqual(marksOf(some))
})

test('a kind alone has the mark that its name asks for, and keeps it beside others that ask for another', () => {
  const [a] = marksOf(['litter']).values()
  const [b] = marksOf(['noise']).values()
  expect(a).not.toBe(b)
  expect(marksOf(['litter', 'noise'])).toEqual(new Map([['litter', a], ['noise', b]]))
})
