import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { launch, phone, Reader } from './driver'

// From an empty database to a first map and its next release, without a reload; and what the page says while the server is away.

const empty = inject('empty')
const run = promisify(execFile)
let browser: Browser
let folder: string
beforeAll(async () => {
  browser = await launch()
  folder = await mkdtemp(join(tmpdir(), 'zhuwang-e2e-net-'))
})
afterAll(async () => {
  await browser.close()
  await rm(folder, { recursive: true })
})

/** Writes grids.geojson: a net of 2 × 2 grids whose middle vertex lies `east` of the middle, in degrees. */
async function writeNet(district: string, east: number): Promise<void> {
  const west = 108 + (Number(district) % 10) / 10
  const x = [west, west + 0.01 + east, west + 0.02]
  const y = [22, 22.01, 22.02]
  const corner = (i: number, j: number) => [i === 1 && j !== 1 ? west + 0.01 : x[i], y[j]]
  const features = [0, 1, 2, 3].map((n) => {
    const [i, j] = [n % 2, Math.floor(n / 2)]
    const ring = [corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1), corner(i, j)]
    const properties = { code: `${district}00100100${n + 1}`, name: `第${n + 1}格`, kind: 'basic' }
    return { type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [ring] } }
  })
  await writeFile(join(folder, 'grids.geojson'), JSON.stringify({ type: 'FeatureCollection', features }))
}

/** Runs a command line as the page shows it, in the folder of the file and on the data of the server. */
async function runLine(line: string): Promise<void> {
  const [name, ...args] = line.split(' ')
  expect(name).toBe('zhuwang')
  const yes = args[0] === 'import' ? ['--yes'] : []
  await run(empty.program, [...args, ...yes, '--data', empty.data], { cwd: folder })
}

const importLine = (district: string) => `zhuwang import net grids.geojson --district ${district} --crs cgcs2000 --community prefix:12 --town prefix:9`

test('an empty database shows the ways to a first map, then the map, then its next release', async () => {
  const reader = await Reader.open(browser, empty.url, '/')
  const { page } = reader
  await page.getByRole('heading', { name: '还没有网' }).waitFor()
  const lines = await page.locator('code').allInnerTexts()
  expect(lines).toEqual(['zhuwang demo', 'zhuwang check grids.geojson --crs cgcs2000', importLine('450105'), 'zhuwang template divisions', 'zhuwang import divisions divisions.xlsx'])
  expect(await reader.violations()).toEqual([])

  const small = await Reader.open(browser, empty.url, '/', { size: phone, locale: 'en-GB' })
  await small.page.getByRole('heading', { name: 'No net yet' }).waitFor()
  expect(await small.violations()).toEqual([])
  await small.close()

  // The lines are run as they stand; but the last wants a filled template, and the first is what the other tests run.
  await writeNet('450105', 0)
  for (const line of lines.slice(1, -1)) await runLine(line)
  await reader.title.waitFor()
  await reader.drawn()
  expect(await page.locator('.card').innerText()).toContain('450105')
  expect(await page.locator('.top-release').innerText()).toContain('第 1 版')

  await writeNet('450105', 0.001)
  await runLine(importLine('450105'))
  await page.getByText('已换用第 2 版').waitFor()
  expect(await page.locator('.top-release').innerText()).toContain('第 2 版')
  await reader.drawn()
  expect(reader.faults).toEqual([])
  await reader.close()
})

test('of several districts one is chosen, and a link leads back to it', async () => {
  await writeNet('990003', 0)
  await runLine(`${importLine('990003')} --district-name 邻区`)
  const reader = await Reader.open(browser, empty.url, '/')
  const { page } = reader
  await reader.title.waitFor()
  await page.getByLabel('选择城区').selectOption('990003')
  await reader.title.getByText('邻区').waitFor()
  await reader.chosen('990003')
  await reader.drawn()
  await page.reload()
  await reader.title.getByText('邻区').waitFor()
  expect(await reader.violations()).toEqual([])
  expect(reader.faults).toEqual([])
  await reader.close()
})

test('while the server is away the bar says since when, and goes when it is back', async () => {
  const reader = await Reader.open(browser, empty.url, '/')
  const { page, context } = reader
  await page.locator('.card, .empty-card').first().waitFor()
  await context.setOffline(true)
  const bar = page.locator('.away-bar p')
  await bar.waitFor()
  expect(await bar.innerText()).toMatch(/自 \d\d:\d\d 起连不上服务器/)
  expect(await reader.violations()).toEqual([])
  await context.setOffline(false)
  await bar.waitFor({ state: 'detached' })
  await reader.close()
})
