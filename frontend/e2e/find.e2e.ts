import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { fromCGCS2000 } from '@/model/crs'
import { desk, launch, phone, Reader } from './driver'
import type { Item } from './facts'
import { grid, grids, locate, onBorder } from './facts'

// The ways to a grid: by keyboard, by words, by coordinates, by position, by a link, by the table.

const origin = inject('demo')
const community = '450105001004'
let browser: Browser
let first: Item
beforeAll(async () => {
  browser = await launch()
  const [item] = await grids(origin, community)
  if (!item) throw new Error(`no grid in ${community}`)
  first = item
})
afterAll(() => browser.close())

describe('by keyboard alone', () => {
  test('slash, a code, Enter', async () => {
    const reader = await Reader.open(browser, origin, '/')
    const { page } = reader
    await reader.title.waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type(first.code)
    await page.locator('.search').getByRole('option').first().waitFor()
    await page.keyboard.press('Enter')
    await reader.chosen(first.code)
    expect(await page.locator('.ruler .sr').innerText()).toContain(first.code)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Escape')
    await reader.chosen(community)
    expect(reader.faults).toEqual([])
    await reader.close()
  })

  test('initials and arrows', async () => {
    const reader = await Reader.open(browser, origin, '/')
    const { page } = reader
    await reader.title.waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('dcld')
    const options = page.locator('.search').getByRole('option')
    await options.first().waitFor()
    expect(await options.allInnerTexts()).toEqual(expect.arrayContaining([expect.stringContaining('淡村路东')]))
    await page.keyboard.press('ArrowDown')
    expect(await options.nth(1).getAttribute('aria-selected')).toBe('true')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.waitForURL(/area=450105001004/)
    await reader.close()
  })

  test('the map: the skip link, arrows, and Enter on the grid at the centre', async () => {
    const [lon, lat] = first.label
    const reader = await Reader.open(browser, origin, `/#16/${lat}/${lon}`)
    const { page } = reader
    await reader.drawn()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await reader.chosen(first.code)
    const camera = page.url().split('#')[1]
    await page.keyboard.press('ArrowRight')
    await page.waitForURL((url) => url.hash !== `#${camera}`)
    expect(reader.faults).toEqual([])
    await reader.close()
  })

  test('single keys can be switched off, and stay quiet while somebody types', async () => {
    const reader = await Reader.open(browser, origin, '/')
    const { page } = reader
    await reader.title.waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('t')
    expect(await page.locator('.twin').count()).toBe(0)
    await page.getByRole('combobox').first().blur() // however many Escapes the answer, early or late, would take
    await page.keyboard.press('?')
    await page.getByLabel('使用单键快捷键').uncheck()
    await page.keyboard.press('Escape')
    await page.keyboard.press('t')
    await page.keyboard.press('?')
    await page.locator('.keys').waitFor()
    expect(await page.locator('.twin').count()).toBe(0)
    await reader.close()
  })
})

describe('by typed coordinates', () => {
  test('in GCJ-02: each datum says what it would mean, and the chosen one is taken', async () => {
    const [lon, lat] = fromCGCS2000('gcj02', first.label)
    const typed = `${lon.toFixed(7)}, ${lat.toFixed(7)}`
    const asWGS84 = await locate(origin, Number(lon.toFixed(7)), Number(lat.toFixed(7)), 'wgs84')
    expect(asWGS84.grid?.code).not.toBe(first.code)
    const reader = await Reader.open(browser, origin, '/')
    const { page } = reader
    await reader.title.waitFor()
    await page.getByRole('combobox').first().fill(typed)
    const gcj = page.locator('.search').getByRole('option', { name: 'GCJ-02' })
    await gcj.getByText(first.name).waitFor()
    expect(await page.locator('.search').getByRole('option').count()).toBe(4)
    await gcj.click()
    await reader.chosen(first.code)
    expect(new URL(page.url()).searchParams.get('point')).toBe(`${Number(lon.toFixed(7))},${Number(lat.toFixed(7))},gcj02`)
    expect(await page.locator('.place').innerText()).toContain('GCJ-02')
    await reader.close()
  })

  test('outside every grid: it says so, and names the nearest', async () => {
    const reader = await Reader.open(browser, origin, '/?point=108.6,22.6,cgcs2000')
    await reader.page.getByText('这里不属于任何网格').waitFor()
    const { nearest } = await locate(origin, 108.6, 22.6, 'cgcs2000')
    await reader.page.locator('.place-near').click()
    await reader.chosen(nearest?.code ?? '')
    await reader.close()
  })
})

describe.each([
  ['1920 × 1080', desk],
  ['390 × 844', phone],
])('by my position at %s', (_, size) => {
  test('where the circle touches two grids it asks which, with the share of each', async () => {
    const { lon, lat } = await onBorder(origin, community)
    const { circle = [] } = await locate(origin, lon, lat, 'wgs84', 30)
    const touched = circle.filter((c) => c.code)
    expect(touched.length).toBeGreaterThan(1)
    const reader = await Reader.open(browser, origin, '/', { size, position: { longitude: lon, latitude: lat, accuracy: 30 } })
    const { page } = reader
    await reader.title.waitFor()
    await page.getByRole('button', { name: '我的位置' }).click()
    const choices = page.locator('.choices button')
    await choices.nth(touched.length - 1).waitFor()
    expect(await choices.count()).toBe(touched.length)
    const said = (await choices.allInnerTexts()).map((text) => text.replace(/\s+/g, ' '))
    touched.forEach((c, i) => {
      expect(said[i]).toContain(c.code?.slice(12))
      expect(said[i]).toContain(`${Math.round(c.share * 100)}%`)
    })
    await choices.nth(1).click()
    await reader.chosen(touched[1]?.code ?? '')
    expect(await choices.nth(1).getAttribute('aria-pressed')).toBe('true')
    await reader.drawn()
    expect(await reader.violations()).toEqual([])
    expect(reader.faults).toEqual([])
    await reader.close()
  })

  test('a refusal of the browser is said with its remedy', async () => {
    const reader = await Reader.open(browser, origin, '/', { size })
    await reader.title.waitFor()
    await reader.page.getByRole('button', { name: '我的位置' }).click()
    await reader.page.getByText('浏览器没有得到定位许可').waitFor()
    await reader.close()
  })
})

describe('by a link', () => {
  test('everything that can be seen comes back', async () => {
    const [lon, lat] = first.label
    const path = `/?area=${first.code}&hide=streets,buildings&theme=dark&lang=en#15.5/${lat.toFixed(4)}/${lon.toFixed(4)}`
    const reader = await Reader.open(browser, origin, path)
    const { page } = reader
    await reader.title.waitFor()
    await reader.drawn()
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    expect(await page.locator('.ruler .sr').innerText()).toBe(`Code ${first.code}`)
    expect(page.url()).toBe(origin + path)
    await page.keyboard.press('l')
    expect(await page.getByLabel('Streets').isChecked()).toBe(false)
    expect(await page.getByLabel('Knots').isChecked()).toBe(true)
    await reader.close()
  })

  test('back and forward walk through what was chosen', async () => {
    const reader = await Reader.open(browser, origin, `/?area=${first.code}`)
    const { page } = reader
    await page.locator('.neighbours button').first().click()
    await page.waitForURL((url) => url.searchParams.get('area') !== first.code)
    await page.goBack()
    await reader.chosen(first.code)
    await page.locator('.ruler .sr', { hasText: first.code }).waitFor()
    await reader.close()
  })

  test('a copied link names the release that was seen', async () => {
    const reader = await Reader.open(browser, origin, `/?area=${first.code}`)
    const { page } = reader
    await reader.title.waitFor()
    await page.getByRole('button', { name: '复制链接' }).click()
    await page.getByText('链接已复制').waitFor()
    const link = new URL(await page.evaluate(() => navigator.clipboard.readText()))
    expect(link.searchParams.get('area')).toBe(first.code)
    expect(link.searchParams.get('release')).toBe(String((await grid(origin, first.code)).release ?? 1))
    await reader.close()
  })

  test('to a code that is not in the net says so, with the number of the request', async () => {
    const reader = await Reader.open(browser, origin, '/?area=450105001004999')
    const note = reader.page.getByRole('alert')
    await note.waitFor()
    expect(await note.innerText()).toMatch(/请求编号 \w{8}/)
    await reader.close()
  })
})

describe('by the table', () => {
  test('sorts, filters, chooses, and can be taken away', async () => {
    const all = await grids(origin, '450105')
    const schools = all.filter((g) => g.category === 'school')
    const reader = await Reader.open(browser, origin, '/?table=grid')
    const { page } = reader
    const rows = page.locator('.grid-table tbody tr')
    await rows.first().waitFor()
    await page.getByLabel('类别').selectOption('school')
    await page.getByText(`${schools.length} / ${all.length}`).waitFor()
    await page.getByRole('button', { name: '面积 km²' }).click()
    expect(await page.locator('th[aria-sort=descending]').innerText()).toContain('面积')
    const largest = schools.reduce((a, b) => ((a.area_m2 ?? 0) >= (b.area_m2 ?? 0) ? a : b))
    expect((await rows.first().innerText()).replace(/\s/g, '')).toContain(largest.code)
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '下载 CSV' }).click()])
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n')
    expect(lines).toHaveLength(schools.length + 1)
    await rows.first().locator('button').click()
    await reader.chosen(largest.code)
    await page.getByLabel('筛选').fill('没有这样的网格')
    await page.getByText('没有符合筛选条件的行').waitFor()
    await page.getByRole('button', { name: '清除筛选' }).click()
    await rows.first().waitFor()
    expect(reader.faults).toEqual([])
    await reader.close()
  })
})

test('a click on the map chooses the grid that lies there', async () => {
  const [lon, lat] = first.label
  const reader = await Reader.open(browser, origin, `/#16/${lat}/${lon}`)
  await reader.drawn()
  const box = await reader.page.locator('.map-canvas').boundingBox()
  if (!box) throw new Error('no map')
  await reader.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  await reader.chosen(first.code)
  const answer = await locate(origin, lon, lat, 'cgcs2000')
  await reader.page.locator('.place', { hasText: '距最近边界' }).waitFor()
  const said = Number((await reader.page.locator('.place').innerText()).match(/边界 ([\d.]+) m/)?.[1])
  expect(Math.abs(said - (answer.border_m ?? NaN))).toBeLessThan(1)
  await reader.close()
})
