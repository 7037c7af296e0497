import { computed, ref } from 'vue'
import { speak } from '@/api/client'
import { en } from './en'
import type { Key } from './zh'
import { zh } from './zh'

export type { Key } from './zh'
export type Language = 'zh-CN' | 'en'

const words: Record<Language, Record<Key, string>> = { 'zh-CN': zh, en }

/** The language of the page. */
export const language = ref<Language>('zh-CN')

/** The language for a BCP 47 tag: English for English, Chinese for all else. */
export function languageOf(tag: string | null | undefined): Language {
  return tag?.toLowerCase().startsWith('en') ? 'en' : 'zh-CN'
}

export function setLanguage(to: Language): void {
  language.value = to
  document.documentElement.lang = to
  speak(to)
}

/** The words of a key, with its {names} filled in. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return words[language.value][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

const whole = computed(() => new Intl.NumberFormat(language.value, { maximumFractionDigits: 0 }))

/** A whole number with group separators. */
export const count = (n: number): string => whole.value.format(n)

/** Square kilometres with three significant places where they matter. */
export function km2(m2: number): string {
  const km = m2 / 1e6
  return new Intl.NumberFormat(language.value, { minimumFractionDigits: km < 10 ? 3 : 1, maximumFractionDigits: km < 10 ? 3 : 1 }).format(km)
}

/** Metres as people say them: 36.2 m, 480 m, 1.24 km. */
export function metres(m: number): string {
  if (m >= 1000) return t('unit.km', { n: (m / 1000).toFixed(2) })
  return t('unit.m', { n: m < 100 ? m.toFixed(1) : m.toFixed(0) })
}

export const percent = (share: number): string =>
  new Intl.NumberFormat(language.value, { style: 'percent', maximumFractionDigits: share > 0 && share < 0.01 ? 1 : 0 }).format(share)

/** A date as yyyy-mm-dd. Days are those of the district, wherever the reader is. */
export function day(iso: string): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: 'Asia/Shanghai' }).format(new Date(iso))
}

/** A moment as yyyy-mm-dd hh:mm in the district's time; midnight is the day alone. */
export function dayTime(iso: string): string {
  const text = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Asia/Shanghai' }).format(new Date(iso))
  return text.replace(/ 00:00$/, '')
}

/** A time of day as hh:mm in the reader's time zone. */
export function clock(time: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeStyle: 'short' }).format(time)
}

/** Degrees to seven places (1 cm) in two groups: 108.305 482 1. */
export function degrees(value: number, places = 6): string {
  const [head = '', tail = ''] = Math.abs(value).toFixed(places).split('.')
  return `${value < 0 ? '−' : ''}${head}.${tail.slice(0, 3)}\u2009${tail.slice(3)}`
}
