import { expect, test } from 'vitest'
import { en } from './en'
import { degrees, language, languageOf, metres, t } from './index'
import { zh } from './zh'

const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()

test('both languages have the same keys, in the same order', () => expect(Object.keys(en)).toEqual(Object.keys(zh)))

test.each(Object.keys(zh) as (keyof typeof zh)[])('%s says something and has the same holes in both', (key) => {
  expect(zh[key].trim()).not.toBe('')
  expect(en[key].trim()).not.toBe('')
  expect(holes(en[key])).toEqual(holes(zh[key]))
})

test('holes are filled, unknown ones stay visible', () => {
  language.value = 'en'
  expect(t('search.count', { n: 3 })).toBe('3 results')
  expect(t('search.count')).toBe('{n} results')
  language.value = 'zh-CN'
  expect(t('search.count', { n: 3 })).toBe('3 个结果')
})

test.each([
  ['en-GB', 'en'],
  ['zh-Hans-CN', 'zh-CN'],
  ['fr', 'zh-CN'],
  [null, 'zh-CN'],
])('%s is read as %s', (tag, lang) => expect(languageOf(tag)).toBe(lang))

test.each([
  [0.04, '0.0 m'],
  [36.24, '36.2 m'],
  [480.4, '480 m'],
  [1240, '1.24 km'],
])('%d m is said as %s', (m, text) => expect(metres(m)).toBe(text))

test('degrees are grouped and keep their sign', () => expect(degrees(-71.1234567)).toBe('−71.123\u2009457'))
