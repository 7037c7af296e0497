import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { themes } from '@/tokens/theme'
import { desk, launch, phone, Reader } from './driver'
import type { Server } from './servers'
import { start, stop } from './servers'

// Signing in on a server that asks for accounts: from the public's page to the own work, and back to it after a session ended.

const own = 'a sentence that only the test knows'
const place = '/?area=450105001001#map=14/22.77/108.29'
let browser: Browser
let server: Server
let first: (name: string) => string
beforeAll(async () => {
  ;[browser, server] = await Promise.all([launch(), start('demo', undefined, ['--accounts'])])
  first = (name) => new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(server.said)?.[1] ?? ''
}, 120_000)
afterAll(async () => {
  await Promise.all([browser?.close(), server && stop(server)])
})

async function enter({ page }: Reader, name: string, password: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('账号').fill(name)
  await dialog.getByLabel('密码').fill(password)
  await dialog.getByRole('button', { name: '登录' }).click()
}

test('the public is offered what it may see and the way in, and nobody is barred from the form', async () => {
  const reader = await Reader.open(browser, server.url, '/')
  const { page } = reader
  await page.getByRole('button', { name: '登录' }).waitFor()
  await reader.drawn()
  expect(await page.getByRole('button', { name: '导入点' }).count()).toBe(0)
  await page.keyboard.press('l')
  const layers = await page.locator('.layer-list').innerText()
  expect(layers).toContain('街道')
  expect(layers).not.toContain('建筑物')
  expect(layers).not.toContain('上报点')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '登录' }).click()
  for (const theme of Object.keys(themes)) {
    await page.evaluate((to) => (document.documentElement.dataset.theme = to), theme)
    expect(await reader.violations()).toEqual([])
  }
  expect(reader.faults).toEqual([])
  await reader.close()
})

test.each([
  ['zh-CN', '登录'],
  ['en-GB', 'Sign in'],
])('on a phone in %s the way in is among the layers', async (locale, word) => {
  const reader = await Reader.open(browser, server.url, '/', { size: phone, locale })
  await reader.drawn()
  await reader.page.locator('.tools button').filter({ has: reader.page.locator('path[d^="M12 3L21 8"]') }).click()
  await reader.page.getByRole('dialog').getByRole('button', { name: word }).click()
  await reader.page.locator('input[autocomplete=username]').waitFor()
  expect(await reader.violations()).toEqual([])
  await reader.close()
})

test('a person signs in, changes the first password, and is where they were; a session that ends is begun again without losing the place', async () => {
  const reader = await Reader.open(browser, server.url, place, { size: desk })
  const { page } = reader
  await page.getByRole('button', { name: '登录' }).click()
  await enter(reader, 'leader', 'not this one at all')
  await page.getByText('账号或密码不对').waitFor()
  await enter(reader, 'leader', first('leader'))
  await page.getByRole('heading', { name: '请先修改初始密码' }).waitFor()
  expect(await reader.violations()).toEqual([])
  await page.getByRole('textbox', { name: '初始密码' }).fill(first('leader'))
  await page.getByRole('textbox', { name: /^新密码/ }).fill(own)
  await page.getByRole('textbox', { name: '再输一次新密码' }).fill(own)
  await page.getByRole('dialog').getByRole('button', { name: '修改密码' }).click()
  const mine = page.getByRole('button', { name: '示例网格长' })
  await mine.waitFor()
  await reader.chosen('450105001001')

  await mine.click()
  const dialog = page.getByRole('dialog')
  expect(await dialog.locator('.account-roles').innerText()).toMatch(/网格长\s+450105001001/)
  await dialog.locator('summary', { hasText: '登录的地方' }).click()
  await dialog.getByText('这个浏览器').waitFor()
  await dialog.locator('summary', { hasText: '动态码' }).click()
  await dialog.getByRole('button', { name: '设置动态码' }).click()
  await dialog.locator('.factor-code').waitFor()
  expect(await dialog.locator('.factor-code').evaluate((i: HTMLImageElement) => i.decode().then(() => i.naturalWidth))).toBeGreaterThan(100)
  expect(await reader.violations()).toEqual([])
  await page.keyboard.press('Escape')

  // Ended from elsewhere, as by an administrator: what is typed here stays.
  await page.locator('.search input').fill('450105')
  const ended = await page.evaluate(async () => {
    const { items } = (await (await fetch('/api/v1/sessions')).json()) as { items: { id: string; current: boolean }[] }
    return (await fetch(`/api/v1/sessions/${items.find((s) => s.current)?.id}`, { method: 'DELETE' })).status
  })
  expect(ended).toBe(204)
  await page.evaluate(() => window.dispatchEvent(new Event('online')))
  await page.getByText('登录已结束').waitFor()
  await page.getByRole('dialog').getByLabel('密码').fill(own)
  await page.getByRole('dialog').getByRole('button', { name: '登录' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await page.locator('.search input').inputValue()).toBe('450105')
  await reader.chosen('450105001001')

  await mine.click()
  await dialog.getByRole('button', { name: '退出登录' }).click()
  await page.getByRole('button', { name: '登录' }).waitFor()
  await reader.drawn()
  expect(reader.faults).toEqual([])
  await reader.close()
})
