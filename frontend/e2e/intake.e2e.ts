import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { themes } from '@/tokens/theme'
import { launch, phone, Reader } from './driver'
import { importNet, westOf, writeNet } from './net'
import type { Server } from './servers'
import { program, start, stop } from './servers'

// Points come in from a file: dropped or chosen, settled by a person, previewed, stored once; also when the server dies on the way.

const district = '990006'
const west = westOf(district)
const patience = 60_000 // ms, for what takes long on a busy machine
let browser: Browser
let server: Server
let folder: string

beforeAll(async () => {
  browser = await launch()
  server = await start('serve')
  folder = await mkdtemp(join(tmpdir(), 'zhuwang-e2e-intake-'))
  await importNet(program, server.data, await writeNet(folder, district), district)
})
afterAll(async () => {
  await browser.close()
  await stop(server)
  await rm(folder, { recursive: true })
})

/** Rows of reports in the four grids, with one outside and three that cannot be used. */
function rows(good: number, prefix: string): string {
  const lines = Array.from({ length: good }, (_, i) => `${prefix}${i},2026-03-01 08:00,${(west + 0.002 + (i % 160) * 0.0001).toFixed(6)},${(22.002 + (i % 157) * 0.0001).toFixed(6)},路灯不亮`)
  return ['编号,上报时间,经度,纬度,描述', ...lines, `${prefix}-out,2026-03-01,100,20,邻区`, `${prefix}-bad,2026-03-01,东边,22,说不清`, ',2026-03-01,100,20,没有编号', `${prefix}-when,昨天,100,20,`].join('\n') + '\n'
}

async function settle(page: Page, kind = 'report', datum = 'WGS 84'): Promise<void> {
  await page.locator('.plan-kind').fill(kind)
  await page.getByRole('radio', { name: datum }).check()
}

/** Drops a file on the map, as from a folder of the desktop. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const data = await page.evaluateHandle(([n, body]) => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([body], n, { type: 'text/csv' }))
    return transfer
  }, [name, text] as const)
  await page.dispatchEvent('.map-pane', 'dragover', { dataTransfer: data })
  await page.locator('.drop-veil').waitFor()
  await page.dispatchEvent('.map-pane', 'drop', { dataTransfer: data })
}

const figure = async (page: Page, which: string) => Number((await page.locator(`.job-figures .${which} dd`).innerText()).replace(/\D/g, ''))
const stored = async () => ((await (await fetch(`${server.url}/api/v1/points?limit=1`)).json()) as { count: number }).count

test('dropped on the map, previewed, stored once, and declared anew', async () => {
  const reader = await Reader.open(browser, server.url, '/')
  const { page } = reader
  await reader.title.waitFor()
  await drop(page, '上报.csv', rows(300, 'A'))
  await page.locator('#role-id').waitFor()
  expect(await page.locator('#role-id').inputValue()).toBe('编号')
  expect(await page.locator('#role-at').inputValue()).toBe('上报时间')
  // No datum is chosen for anybody, and without one there is nothing to press.
  expect(await page.locator('.plan-crs input:checked').count()).toBe(0)
  expect(await page.getByRole('button', { name: '预览', exact: true }).isDisabled()).toBe(true)
  expect(await page.locator('.plan-lacks').innerText()).toContain('坐标系')
  expect(await reader.violations()).toEqual([])
  await settle(page)
  expect(await page.locator('.plan-wrong').innerText()).toMatch(/GCJ-02，偏 \d{3} m/)

  await page.getByRole('button', { name: '预览', exact: true }).click()
  await page.getByText('预览：共 304 行').waitFor()
  expect([await figure(page, 'in'), await figure(page, 'outside'), await figure(page, 'rejected')]).toEqual([300, 1, 3])
  const refused = await page.locator('.job-refused').innerText()
  for (const line of ['第 303 行', '第 304 行', '第 305 行']) expect(refused).toContain(line)
  expect(await stored()).toBe(0)
  await reader.drawn()
  const [dots = 0] = await reader.pixels([themes.light.accent])
  expect(dots).toBeGreaterThan(2000)
  expect(await reader.violations()).toEqual([])

  // Another datum is another plan: it has to be previewed before it can be stored.
  await page.getByRole('radio', { name: 'GCJ-02' }).check()
  expect(await page.getByRole('button', { name: /^导入 \d/ }).count()).toBe(0)
  await page.getByRole('radio', { name: 'WGS 84' }).check()
  await page.getByRole('button', { name: '预览', exact: true }).click()
  await page.getByRole('button', { name: '导入 301 个点' }).click()
  await page.getByText('导入完成：共 304 行').waitFor()
  expect(await stored()).toBe(301)
  const [rejects] = await Promise.all([page.waitForEvent('download'), page.getByText('下载退回的行').click()])
  expect(rejects.suggestedFilename()).toBe('rejects.csv')
  await page.locator('.batches-body tbody tr').first().waitFor()
  expect(await reader.violations()).toEqual([])

  await page.getByLabel('坐标系声明错了？').selectOption('gcj02')
  await page.getByRole('button', { name: '重新声明' }).click()
  await page.getByText(/已重新声明：301 个点，其中 \d+ 个换了网格/).waitFor()
  expect(await page.locator('.batches-head').first().innerText()).toContain('GCJ-02')
  expect(reader.faults).toEqual([])
  await reader.close()
})

test('on a phone, by keyboard, a GBK file that has to say so', async () => {
  const gbk = join(folder, 'gbk.csv')
  // 编号,经度,纬度 in GBK, then rows in ASCII.
  const head = Buffer.from('b1e0bac52cbeadb6c82cceb3b6c80a', 'hex')
  await writeFile(gbk, Buffer.concat([head, Buffer.from(`G1,${west + 0.005},22.005\n`)]))
  const reader = await Reader.open(browser, server.url, '/', { size: phone, locale: 'en-GB' })
  const { page } = reader
  await reader.drawn()
  await page.keyboard.press('i')
  await page.getByRole('heading', { name: 'Import points' }).waitFor()
  expect(await reader.violations()).toEqual([])
  await page.locator('.intake input[type=file]').setInputFiles(gbk)
  await page.getByText('The file is not UTF-8').waitFor()
  await page.getByLabel('Encoding of text').selectOption('gbk')
  await page.getByRole('columnheader', { name: '编号' }).waitFor()
  expect(await page.locator('#role-id').inputValue()).toBe('编号')
  await settle(page, 'street-light')
  expect(await reader.violations()).toEqual([])
  await page.getByRole('button', { name: 'Preview', exact: true }).click()
  await page.getByText('Preview: 1 rows').waitFor()
  expect(await reader.violations()).toEqual([])
  await page.keyboard.press('Escape')
  await page.locator('.intake').waitFor({ state: 'detached' })
  expect(reader.faults).toEqual([])
  await reader.close()
})

test('what is no table of points is refused in words', async () => {
  const reader = await Reader.open(browser, server.url, '/')
  const { page } = reader
  await reader.title.waitFor()
  await drop(page, '报告.docx', 'PK')
  await page.locator('.problem strong', { hasText: '不是这里接受的格式' }).waitFor()
  await drop(page, 'half.geojson', '{"type":"FeatureCollection","features":[{"type":')
  await page.locator('.problem strong', { hasText: '文件不完整' }).waitFor()
  await reader.close()
})

test('the server is killed on the way: the reader is told, goes on, and nothing is stored twice', async () => {
  const many = 150_000
  const before = await stored()
  const reader = await Reader.open(browser, server.url, '/')
  const { page } = reader
  await reader.title.waitFor()
  await drop(page, 'many.csv', rows(many, 'M'))
  await page.locator('#role-id').waitFor()
  await settle(page)
  await page.getByRole('button', { name: '预览', exact: true }).click()
  await page.getByRole('button', { name: '导入 150,001 个点' }).click({ timeout: patience })
  while ((await stored()) === before);
  const died = new Promise((done) => server.process.once('exit', done))
  server.process.kill('SIGKILL')
  await died
  await page.getByText('连不上服务器。它恢复后').waitFor()
  server = await start('serve', server)
  const half = await stored()
  expect(half).toBeLessThan(before + many)
  await page.getByText('服务器重新启动过').waitFor()
  expect(await reader.violations()).toEqual([])
  await page.getByRole('button', { name: '接着做' }).click()
  await page.getByText('导入完成：共 150,004 行').waitFor({ timeout: patience })
  expect(await page.locator('.job').innerText()).toContain('此前已经入库')
  expect(await stored()).toBe(before + many + 1)
  await reader.close()
}, 4 * patience)
