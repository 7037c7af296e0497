import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { themes } from '@/tokens/theme'
import type { Theme } from '@/tokens/theme'
import { desk, launch, phone, Reader } from './driver'
import { district, grids } from './facts'

// What the page shows, in both languages, at both sizes, in the three themes; and that everybody can use it.

const origin = inject('demo')
let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())

describe.each([
  ['zh-CN', 'zh-CN', ['镇（街道）', '村（社区）', '网格', '示例数据']],
  ['en', 'en-GB', ['Towns', 'Communities', 'Grids', 'Invented data']],
] as const)('in %s', (lang, locale, words) => {
  test.each([
    ['1920 × 1080', desk],
    ['390 × 844', phone],
  ])('at %s: 418 grids in 76 communities in 6 towns', async (_, size) => {
    const reader = await Reader.open(browser, origin, '/', { size, locale })
    const { page } = reader
    await reader.title.getByText('江南区').waitFor()
    if (size === phone) await page.locator('.grab').click()
    expect(await page.locator('html').getAttribute('lang')).toBe(lang)
    const card = await page.locator('.card').innerText()
    for (const figure of ['418', '76', '6']) expect(card).toMatch(new RegExp(`(^|\\s)${figure}(\\s|$)`))
    const all = await page.locator('body').innerText()
    for (const word of words) expect(all).toContain(word)
    await reader.drawn()
    expect(await reader.violations()).toEqual([])
    expect(reader.faults).toEqual([])
    await reader.close()
  })
})

describe.each(Object.keys(themes) as Theme[])('in the theme %s', (theme) => {
  test('the net, the water and the selected grid are drawn', async () => {
    const area = (await grids(origin, '450105001004'))[0]
    const reader = await Reader.open(browser, origin, `/?theme=${theme}&area=${area?.code}`)
    await reader.drawn()
    const { map } = themes[theme]
    const [select = 0, thread = 0, building = 0] = await reader.pixels([map.select, map.thread, map.bld])
    expect(select).toBeGreaterThan(500)
    expect(thread).toBeGreaterThan(500)
    expect(building).toBeGreaterThan(500)
    await reader.page.locator('.crumb-step').first().click()
    await reader.chosen(null)
    await reader.drawn()
    const [water = 0, land = 0] = await reader.pixels([map.water, map.land])
    expect(water).toBeGreaterThan(500)
    expect(land).toBeGreaterThan(50_000)
    await reader.close()
  })

  test.each([
    ['1920 × 1080', desk],
    ['390 × 844', phone],
  ])('at %s no rule of WCAG 2.2 AA is broken on the card, the table, the layers and the keys', async (_, size) => {
    const area = (await grids(origin, '450105001004'))[0]
    const reader = await Reader.open(browser, origin, `/?theme=${theme}&area=${area?.code}`, { size })
    const { page } = reader
    await page.locator('.neighbours').waitFor()
    expect(await reader.violations()).toEqual([])
    await page.keyboard.press('t')
    await page.locator('.grid-table tbody tr').first().waitFor()
    expect(await reader.violations()).toEqual([])
    await page.keyboard.press('t')
    await page.keyboard.press('l')
    await page.locator('.layer-list').waitFor()
    expect(await reader.violations()).toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await page.locator('.keys').waitFor()
    expect(await reader.violations()).toEqual([])
    expect(reader.faults).toEqual([])
    await reader.close()
  })
})

test('the page comes under a strict policy: nothing inline, nothing from elsewhere', async () => {
  const answer = await fetch(origin)
  const policy = answer.headers.get('Content-Security-Policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
})

test('on a big screen nothing lies over the map but the plate and the legend', async () => {
  const reader = await Reader.open(browser, origin, '/?kiosk=1', { size: { width: 3840, height: 1080 } })
  const { page } = reader
  await page.getByRole('heading', { name: '江南区网格一张图' }).waitFor()
  expect(await page.locator('header, aside, footer, .tools, .search').count()).toBe(0)
  const box = await page.locator('.map-canvas').boundingBox()
  expect(box).toEqual({ x: 0, y: 0, width: 3840, height: 1080 })
  await reader.drawn()
  expect(await reader.violations()).toEqual([])
  await page.keyboard.press('Escape')
  await page.locator('.search').waitFor()
  expect(new URL(page.url()).searchParams.has('kiosk')).toBe(false)
  expect(reader.faults).toEqual([])
  await reader.close()
})

test('the card prints with the map', async () => {
  const area = (await grids(origin, '450105001004'))[0]
  const reader = await Reader.open(browser, origin, `/?area=${area?.code}`)
  const { page } = reader
  await reader.drawn()
  await page.evaluate(() => {
    window.print = () => document.body.setAttribute('data-printed', String(document.querySelector<HTMLImageElement>('.sheet-print img')?.naturalWidth))
  })
  await page.getByRole('button', { name: '网格卡' }).click()
  await page.locator('body[data-printed]').waitFor()
  expect(Number(await page.locator('body').getAttribute('data-printed'))).toBeGreaterThan(1000)
  await page.emulateMedia({ media: 'print' })
  expect(await page.locator('.sheet-print img').isVisible()).toBe(true)
  expect(await page.locator('.top').isVisible()).toBe(false)
  await reader.close()
})

test('the counts in the legend are those of the server', async () => {
  const { counts } = await district(origin)
  const reader = await Reader.open(browser, origin, '/')
  const rows = reader.page.locator('.legend-categories:not(.legend-kinds) li')
  await rows.first().waitFor()
  const shown = (await rows.allInnerTexts()).map((text) => Number(text.match(/\d+$/)?.[0]))
  expect(shown.reduce((a, b) => a + b, 0)).toBe(counts?.grids)
  expect(shown.sort()).toEqual(Object.values(counts?.categories ?? {}).sort())
  await reader.close()
})
