import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { desk, launch, phone, Reader } from './driver'
import type { Server } from './servers'
import { start, stop } from './servers'

// The page of administration on a server that asks for accounts: who sees it, accounts and grants, keys, screens, members from a table, the audit.

const own = 'a sentence that only the test knows'
let browser: Browser
let server: Server
let manager: Reader
const first = (name: string) => new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(server.said)?.[1] ?? ''

/** Signs in over the interface, as the page does, and takes the first password away. */
async function signIn({ page }: Reader, account: string, password: string): Promise<void> {
  const done = await page.evaluate(
    async ([account, password, own]) => {
      const post = (path: string, body: object) => fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
      const begun = await post('/api/v1/session', { account, password })
      return begun.ok ? (await post('/api/v1/session/password', { old: password, new: own })).status : begun.status
    },
    [account, password, own] as const,
  )
  expect(done).toBe(200)
}

beforeAll(async () => {
  ;[browser, server] = await Promise.all([launch(), start('demo', undefined, ['--accounts'])])
  manager = await Reader.open(browser, server.url, '/admin', { size: desk })
}, 120_000)
afterAll(async () => {
  await Promise.all([browser?.close(), server && stop(server)])
})

test('whoever is not signed in gets the form, who may not a clear word, and what there is not is said to be missing', async () => {
  await manager.page.getByRole('dialog').getByLabel('账号').waitFor()
  expect(await manager.violations()).toEqual([])
  await signIn(manager, 'manager', first('manager'))

  const leader = await Reader.open(browser, server.url, '/admin?section=accounts')
  await signIn(leader, 'leader', first('leader'))
  await leader.page.reload()
  await leader.page.getByRole('heading', { name: '您没有这里的权限（403）' }).waitFor()
  expect(await leader.violations()).toEqual([])
  await leader.page.goto(`${server.url}/admin?section=nothing`)
  await leader.page.getByRole('heading', { name: '没有这个页面（404）' }).waitFor()
  expect(leader.faults).toEqual([])
  await leader.close()
})

test('an account is made with a grant chosen from the net, found, given and taken grants, reset and taken out of use', async () => {
  const { page } = manager
  await page.goto(`${server.url}/admin`)
  await page.getByRole('button', { name: '新建账号' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('账号').fill('zhangsan')
  await dialog.getByLabel('姓名').fill('张三')
  await dialog.getByLabel('城区').selectOption('450105')
  await dialog.getByLabel('镇、街道').selectOption('450105001')
  await dialog.getByLabel('失效日期').fill('2099-12-31')
  expect(await manager.violations()).toEqual([])
  await dialog.getByRole('button', { name: '新建' }).click()
  const password = await dialog.locator('.once code').innerText()
  await dialog.getByRole('button', { name: '复制' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(password)
  await page.keyboard.press('Escape')

  await page.getByLabel('查找').fill('张三')
  await page.locator('.admin-filter h1 small', { hasText: /^1$/ }).waitFor()
  expect(await page.locator('tbody tr').count()).toBe(1)
  expect(await page.locator('tbody tr').innerText()).toMatch(/网格员\s*450105001/)
  await page.getByRole('button', { name: 'zhangsan' }).click()
  const member = await Reader.open(browser, server.url, '/')
  await signIn(member, 'zhangsan', password)
  await dialog.getByText('增加授权').click()
  await dialog.getByLabel('角色').selectOption('analyst')
  await dialog.getByRole('button', { name: '授权', exact: true }).click()
  await dialog.locator('.admin-grants li', { hasText: '分析员' }).waitFor()
  expect(await manager.violations()).toEqual([])
  await dialog.getByRole('button', { name: '撤销 分析员' }).click()
  await dialog.getByRole('button', { name: '确定撤销？' }).click()
  await dialog.getByText('已撤销').waitFor()
  await dialog.getByRole('button', { name: '全部退出登录' }).click()
  await dialog.getByRole('button', { name: '确定全部退出登录？' }).click()
  await page.getByText('已让 zhangsan 在各处退出登录').waitFor()
  expect(await member.page.evaluate(async () => (await fetch('/api/v1/sessions')).status)).toBe(401)
  await dialog.getByRole('button', { name: '重置密码' }).click()
  await dialog.getByRole('button', { name: '确定重置密码？' }).click()
  await dialog.locator('.once code').waitFor()
  expect(await dialog.locator('.once code').innerText()).not.toBe(password)
  await dialog.getByRole('button', { name: '停用' }).click()
  await dialog.getByRole('button', { name: '确定停用？' }).click()
  await dialog.getByText('已停用').waitFor()
  await dialog.getByRole('button', { name: '恢复使用' }).waitFor()
  await page.keyboard.press('Escape')

  // A disabled account is told the same as a wrong password.
  await member.page.reload()
  await member.page.getByRole('button', { name: '登录' }).click()
  await member.page.getByRole('dialog').getByLabel('账号').fill('zhangsan')
  await member.page.getByRole('dialog').getByLabel('密码').fill(own)
  await member.page.getByRole('dialog').getByRole('button', { name: '登录' }).click()
  await member.page.getByText('账号或密码不对').waitFor()
  expect(member.faults).toEqual([])
  await member.close()
})

test('a key is shown once, works, and no longer once it is revoked', async () => {
  const { page } = manager
  await page.getByRole('link', { name: '接口密钥' }).click()
  await page.getByRole('button', { name: '新建密钥' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('用途').fill('夜间同步')
  await dialog.getByRole('button', { name: '新建' }).click()
  const key = await dialog.locator('.once code').innerText()
  const asked = () => fetch(`${server.url}/api/v1/session`, { headers: { Authorization: `Bearer ${key}` } }).then((r) => r.status)
  expect(await asked()).toBe(200)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '吊销 夜间同步' }).click()
  await page.getByRole('button', { name: '确定吊销？' }).click()
  await page.getByText('还没有密钥。').waitFor()
  expect(await asked()).toBe(401)
  expect(await manager.violations()).toEqual([])
})

test('a screen opens its link and shows the map in the form for walls, without the token in its address', async () => {
  const { page } = manager
  await page.getByRole('link', { name: '大屏' }).click()
  await page.getByRole('button', { name: '新建大屏' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('名称').fill('指挥大厅')
  await dialog.getByRole('button', { name: '新建' }).click()
  const link = await dialog.locator('.once code').innerText()
  const wall = await Reader.open(browser, '', link, { size: { width: 3840, height: 1080 } })
  await wall.page.locator('.explore.kiosk').waitFor()
  expect(wall.page.url()).not.toContain('screen=')
  expect(await wall.page.evaluate(async () => ((await (await fetch('/api/v1/session')).json()) as { via: string }).via)).toBe('screen')
  await wall.drawn()
  expect(wall.faults).toEqual([])
  await wall.close()
  await page.keyboard.press('Escape')
})

test('members come from a table: refused rows are told with their place before anything is stored', async () => {
  const { page } = manager
  await page.getByRole('link', { name: '导入成员' }).click()
  const table = (rows: string) => ({ name: 'members.csv', mimeType: 'text/csv', buffer: Buffer.from(`account,full_name,role,prefix\n${rows}`) })
  await page.getByLabel('成员表').setInputFiles(table('lisi,李四,member,450105001\nwangwu,王五,emperor,450105001\n'))
  await page.getByText('不收 1').waitFor()
  expect(await page.locator('.admin-table').first().innerText()).toContain('emperor')
  expect(await page.getByRole('button', { name: '导入', exact: true }).count()).toBe(0)
  await page.getByLabel('成员表').setInputFiles(table('lisi,李四,member,450105001\n'))
  await page.getByRole('button', { name: '导入', exact: true }).click()
  await page.getByText('已导入').waitFor()
  expect(await page.locator('.admin-table tbody tr').innerText()).toMatch(/lisi\s+李四\s+\S+/)
  expect(await manager.violations()).toEqual([])
})

test('the audit tells who did it, and on a phone all of it can be reached', async () => {
  const { page } = manager
  await page.getByRole('link', { name: '审计' }).click()
  await page.locator('tbody tr', { hasText: 'zhangsan' }).first().waitFor()
  await page.getByLabel('账号', { exact: true }).fill('manager')
  await page.getByLabel('账号', { exact: true }).press('Tab')
  await page.locator('tbody tr', { hasText: 'manager' }).first().waitFor()
  expect(await manager.violations()).toEqual([])
  await page.setViewportSize(phone)
  await page.getByRole('button', { name: 'EN' }).click()
  await page.getByRole('link', { name: 'Accounts and grants' }).click()
  await page.getByRole('button', { name: 'lisi' }).waitFor()
  expect(await manager.violations()).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(phone.width)
  expect(manager.faults).toEqual([])
})
