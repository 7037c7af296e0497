import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { css, source, theme } from '../../scripts/tokens.mjs'
import { patterns } from './patterns'
import { patternOf, themes } from './theme'

const file = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8')

test('generated files are up to date with tokens.json', () => {
  expect(file('./tokens.css')).toBe(css(source()))
  expect(file('./theme.ts')).toBe(theme(source()))
})

test('every theme names the same colours', () => {
  const names = (t: object): string[] =>
    Object.entries(t).flatMap(([k, v]) => (typeof v === 'object' && v && !Array.isArray(v) ? names(v).map((n) => `${k}.${n}`) : [k]))
  expect(names(themes.dark)).toEqual(names(themes.light))
  expect(names(themes.contrast)).toEqual(names(themes.light))
})

test('every category has a colour and a drawn pattern', () => {
  expect(Object.keys(patternOf).sort()).toEqual(Object.keys(themes.light.category).sort())
  for (const name of Object.values(patternOf)) expect(patterns).toHaveProperty(name)
})
