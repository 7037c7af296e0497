import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { themes } from '@/tokens/theme'
import { desk, launch, phone, Reader } from './driver'
import { importNet, squares, westOf, writeNet } from './net'
import type { Server } from './servers'
import { program, start, stop } from './servers'

// The net of another day: three releases, of which the second joins two grids and the third parts one.

const district = '990005'
const code = (serial: string) => `${district}001001${serial}`
let browser: Browser
let server: Server
let folder: string

beforeAll(async () => {
  browser = await launch()
  server = await start('serve')
  folder = await mkdtemp(join(tmpdir(), 'zhuwang-e2e-time-'))
  const { '001': one, '002': two } = squares
  const joined = [[0, 1], [1, 1], [2, 1], [2, 2], [1, 2], [0, 2]] as const
  const first = await writeNet(folder, district)
  await importNet(program, server.data, first, district, '--valid-from', '2025-01-01', '--by', '规划科', '--note', '第一张网')
  const second = await writeNet(folder, district, { '001': one ?? [], '002': two ?? [], '003': joined })
  await importNet(program, server.data, second, district, '--valid-from', '2025-03-01', '--by', '规划科', '--note', '两格并一格')
  const [west, east] = [[[1, 0], [1.5, 0], [1.5, 1], [1, 1]], [[1.5, 0], [2, 0], [2, 1], [1.5, 1]]] as const
  const above = [[0, 1], [1, 1], [1.5, 1], [2, 1], [2, 2], [1, 2], [0, 2]] as const
  const third = await writeNet(folder, district, { '001': one ?? [], '002': west, '003': above, '005': east })
  await importNet(program, server.data, third, district, '--valid-from', '2025-06-01', '--by', '规划科', '--note', '一格分两格')
})
afterAll(async () => {
  await browser.close()
  await stop(server)
  await rm(folder, { recursive: true })
})

const open = (path: string, visit = {}) => Reader.open(browser, server.url, path, visit)

test('by keyboard: H, a day, Enter; the band says what is seen; "today" leads back', async () => {
  const reader = await open('/')
  const { page } = reader
  await reader.title.waitFor()
  expect(await page.locator('.time-band').innerText()).toBe('')
  await page.keyboard.press('h')
  const dialog = page.getByRole('dialog')
  await dialog.locator('.time-releases li').first().waitFor()
  expect(await reader.violations()).toEqual([])
  await dialog.getByLabel('日期').fill('2025-02-01')
  await dialog.getByLabel('时刻').fill('12:30')
  await page.keyboard.press('Enter')
  await page.getByText('您看到的是 2025-02-01 12:30 的网（第 1 版），它现在不生效。').waitFor()
  expect(new URL(page.url()).searchParams.get('at')).toBe('2025-02-01T04:30:00Z')
  expect(await page.locator('.facts').innerText()).toMatch(/网格\s*4/)
  expect(await reader.violations()).toEqual([])

  await page.reload()
  await page.getByText('（第 1 版），它现在不生效').waitFor()
  await page.getByRole('button', { name: '回到今天' }).click()
  await page.waitForURL((url) => !url.searchParams.has('at'))
  expect(await page.locator('.time-band').innerText()).toBe('')
  await page.goBack()
  await page.getByText('（第 1 版），它现在不生效').waitFor()
  expect(reader.faults).toEqual([])
  await reader.close()
})

test('the list of releases: spans, notes and who; one of them is shown', async () => {
  const reader = await open('/', { locale: 'en-GB' })
  const { page } = reader
  await page.locator('.top-release').click()
  const rows = page.locator('.time-releases li')
  await rows.first().waitFor()
  const texts = await rows.allInnerTexts()
  expect(texts.map((r) => r.replace(/\s+/g, ' ').trim())).toEqual([
    expect.stringMatching(/^3 2025-06-01 — now In force 一格分两格 made by 规划科/),
    expect.stringMatching(/^2 2025-03-01 — 2025-06-01 两格并一格 made by 规划科/),
    expect.stringMatching(/^1 2025-01-01 — 2025-03-01 第一张网 made by 规划科/),
  ])
  await rows.nth(1).getByRole('button').click()
  await page.getByText('You see the net of release 2; it is not in force.').waitFor()
  expect(new URL(page.url()).searchParams.get('release')).toBe('2')
  await page.locator('.top-release').click()
  await rows.first().getByRole('button').click()
  await page.waitForURL((url) => !url.searchParams.has('release'))
  expect(reader.faults).toEqual([])
  await reader.close()
})

describe('everything answers as of then', () => {
  test('the map, the list, the search, a click and a place', async () => {
    const west = westOf(district)
    const reader = await open(`/?release=1#14/22.01/${west + 0.01}`)
    const { page } = reader
    await page.getByText('第 1 版的网').waitFor()
    await reader.drawn()

    // 004 is there then and not today.
    await page.keyboard.press('/')
    await page.keyboard.type(code('004'))
    await page.locator('.search').getByRole('option').first().waitFor()
    await page.keyboard.press('Enter')
    await reader.chosen(code('004'))
    await page.getByRole('heading', { name: '004' }).waitFor()
    await page.keyboard.press('Escape')

    await page.locator('.map-canvas').click({ position: await middle(page, 1.5, 1.5) })
    await reader.chosen(code('004'))
    await page.keyboard.press('Tab')
    await page.keyboard.press('t')
    await page.locator('.grid-table tbody tr').first().waitFor()
    await page.getByRole('button', { name: '网格', exact: true }).click()
    expect(await page.locator('.grid-table tbody tr').count()).toBe(4)
    await page.keyboard.press('t')

    // Today it is a part of 003: what is chosen and is no more is let go, and said.
    await page.getByRole('button', { name: '回到今天' }).click()
    await page.getByText(`没有编码为 ${code('004')} 的网格`).waitFor()
    await reader.chosen(null)
    expect(reader.faults).toEqual([])
    await reader.close()
  })

  test('a place that was asked about is asked again', async () => {
    const west = westOf(district)
    const reader = await open(`/?point=${west + 0.0175},22.005,cgcs2000`)
    const { page } = reader
    await reader.chosen(code('005'))
    await page.goto(`${server.url}/?point=${west + 0.0175},22.005,cgcs2000&at=2025-04-01`)
    await page.getByText('2025-04-01 的网（第 2 版）').waitFor()
    await reader.chosen(code('002'))
    await reader.close()
  })
})

test('what changed since: a list, both borders on the map, a table to take away', async () => {
  const reader = await open(`/?release=1#14/22.01/${westOf(district) + 0.01}`)
  const { page } = reader
  const changes = page.locator('.changes')
  await changes.getByText('新设 1 格，撤销 1 格，调整 2 格').waitFor()
  await changes.locator('summary').click()
  const rows = await changes.locator('.changes-list li').allInnerTexts()
  const grids = rows.map((r) => r.replace(/\s+/g, ' ').trim()).filter((r) => r.includes('格'))
  expect(grids).toEqual([expect.stringContaining('调整 002'), expect.stringContaining('调整 003'), expect.stringContaining('撤销 004'), expect.stringContaining('新设 005')])
  await reader.drawn()
  const { add, remove } = themes.light.difference
  for (const n of await reader.pixels([add, remove])) expect(n).toBeGreaterThan(1000)
  expect(await reader.violations()).toEqual([])

  await changes.getByRole('button', { name: '第005格' }).click() // not there then: shown where it is today
  await page.getByText('那时还没有').waitFor()
  await changes.getByRole('button', { name: '第004格' }).click()
  await reader.chosen(code('004'))
  const [download] = await Promise.all([page.waitForEvent('download'), changes.getByText('下载对照表').click()])
  expect(download.suggestedFilename()).toMatch(/\.xlsx$/)

  await page.keyboard.press('l')
  await page.getByRole('checkbox', { name: '此后的变化' }).uncheck()
  await page.waitForURL((url) => url.searchParams.get('hide') === 'changes')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '回到今天' }).click()
  await changes.waitFor({ state: 'detached' })
  expect(reader.faults).toEqual([])
  await reader.close()
})

test.each([
  ['1920 × 1080', 'zh-CN', desk, '那时没有网'],
  ['390 × 844', 'en-GB', phone, 'No net then'],
] as const)('before any release, at %s in %s, there is a clear empty state and a way on', async (_, locale, size, words) => {
  const reader = await open('/?at=2020-01-01', { locale, size })
  const { page } = reader
  if (size === phone) await page.locator('.grab').click()
  await page.getByRole('heading', { name: words }).waitFor()
  expect(await page.locator('.card, .legend').count()).toBe(0)
  await page.locator('.no-net').getByText('2025-01-01').waitFor() // of the list of releases, which comes after the words
  expect(await reader.violations()).toEqual([])
  await page.locator('.no-net').getByRole('button').first().click()
  await page.waitForURL((url) => url.searchParams.get('release') === '1')
  await reader.title.waitFor()
  await reader.drawn()
  expect(await reader.violations()).toEqual([])
  expect(reader.faults).toEqual([])
  await reader.close()
})

/** Where on the map a place lies, in columns and rows of the net, at zoom 14 with the middle of the net at the centre. */
async function middle(page: Reader['page'], column: number, row: number): Promise<{ x: number; y: number }> {
  const box = await page.locator('.map-canvas').boundingBox()
  if (!box) throw new Error('no map')
  const perDegree = (512 * 2 ** 14) / 360
  const north = perDegree / Math.cos((22.01 * Math.PI) / 180)
  return { x: box.width / 2 + (column - 1) * 0.01 * perDegree, y: box.height / 2 - (row - 1) * 0.01 * north }
}
