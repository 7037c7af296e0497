import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { desk, launch, phone, Reader } from './driver'
import type { Item } from './facts'
import { ask, grid, grids } from './facts'

// Buildings and reported points: on the map, in cards, in tables. What the page says is compared with what the server says.

interface Point {
  kind: string
  id: string
  place: [number, number]
  grid: { code: string; name: string } | null
  how: string
}
interface Page<T> {
  items: T[]
  next: string | null
  count: number
}

const origin = inject('demo')
const code = '450105001004002'
const words: Record<string, string> = { litter: '垃圾', noise: '噪声', 'road-damage': '路面破损', 'street-light': '路灯' }
let browser: Browser
let inGrid: Page<Point>
let outside: Page<Point>
let houses: Page<Item>
beforeAll(async () => {
  browser = await launch()
  inGrid = await ask(`${origin}/api/v1/points?district=450105&within=${code}&limit=1000`)
  outside = await ask(`${origin}/api/v1/points?district=450105&outside=true&limit=1000`)
  houses = await ask(`${origin}/api/v1/buildings?within=${code}&limit=1000`)
})
afterAll(() => browser.close())

/** A point of the grid that stands by itself at a zoom of 18: no other is near. */
function lonely(): Point {
  const far = (a: Point, b: Point) => Math.hypot(a.place[0] - b.place[0], a.place[1] - b.place[1]) > 2e-4
  const found = inGrid.items.find((p) => p.how === 'in' && inGrid.items.every((q) => q === p || far(p, q)))
  if (!found) throw new Error('no point of the grid stands alone')
  return found
}

describe.each([
  ['1920 × 1080', desk, 'zh-CN'],
  ['390 × 844', phone, 'en'],
] as const)('at %s in %s', (_, size, locale) => {
  test('the card of a grid counts what was reported in it and lists it; a point and a building have cards of their own', async () => {
    const reader = await Reader.open(browser, origin, `/?area=${code}`, { size, locale })
    const { page } = reader
    await reader.title.waitFor()
    await page.locator('.kinds button').first().waitFor()
    const counts = new Map<string, number>()
    for (const p of inGrid.items) counts.set(p.kind, (counts.get(p.kind) ?? 0) + 1)
    const said = (await page.locator('.kinds button').allInnerTexts()).map((text) => Number(text.replace(/\D/g, '')))
    expect(said).toEqual([...counts.values()].sort((a, b) => b - a))
    await reader.drawn()
    expect(await reader.violations()).toEqual([])

    await page.locator('.list-all').click()
    await page.locator('.rows button').first().waitFor()
    expect(await page.locator('.rows button').count()).toBe(Math.min(20, inGrid.count))
    const first = inGrid.items[0]
    await page.locator('.rows button').first().click()
    await page.waitForURL((url) => url.searchParams.get('item') === `${first?.kind}/${first?.id}`)
    await page.locator('.particulars').getByText(code).waitFor()
    await reader.drawn()
    expect(await reader.violations()).toEqual([])
    await page.keyboard.press('Escape')
    await page.waitForURL((url) => !url.searchParams.has('item') && url.searchParams.get('area') === code)

    await page.locator('.section-toggle').click()
    await page.locator('.rows button').first().click()
    await reader.chosen(houses.items[0]?.code ?? '')
    expect(await reader.title.innerText()).toBe(houses.items[0]?.address)
    await reader.drawn()
    expect(await reader.violations()).toEqual([])
    expect(reader.faults).toEqual([])
    await reader.close()
  })
})

test('a link to a building and a link to a point bring back what they were made of', async () => {
  const house = houses.items[3]
  const reader = await Reader.open(browser, origin, `/?area=${house?.code}`)
  await reader.title.getByText(house?.address ?? '').waitFor()
  expect(await reader.page.locator('.ruler .sr').innerText()).toContain(house?.code)
  await reader.page.keyboard.press('Escape')
  await reader.chosen(code)
  await reader.close()

  const point = lonely()
  const other = await Reader.open(browser, origin, `/?item=${point.kind}/${point.id}`)
  await other.title.getByText(words[point.kind] ?? '').waitFor()
  await other.chosen(code)
  expect(other.faults).toEqual([])
  await other.close()
})

/** Opens the map at a place and zoom, and presses Enter on the map: that means the centre. */
async function enterAt(zoom: number, [lon, lat]: readonly number[]): Promise<Reader> {
  const reader = await Reader.open(browser, origin, `/#${zoom}/${lat}/${lon}`)
  await reader.drawn()
  await reader.page.locator('.map-canvas canvas').focus()
  await reader.page.keyboard.press('Enter')
  return reader
}

test('on the map a point is chosen by a click on it', async () => {
  const point = lonely()
  const reader = await Reader.open(browser, origin, `/#18/${point.place[1]}/${point.place[0]}`)
  await reader.drawn()
  const box = await reader.page.locator('.map-canvas').boundingBox()
  if (!box) throw new Error('no map')
  await reader.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  await reader.page.waitForURL((url) => url.searchParams.get('item') === `${point.kind}/${point.id}`)
  await reader.close()
})

test('near the ground, Enter on a building chooses it', async () => {
  const house = houses.items.find((h) => inGrid.items.every((p) => Math.hypot(p.place[0] - h.label[0], p.place[1] - h.label[1]) > 3e-4))
  const reader = await enterAt(18, house?.label ?? [])
  await reader.chosen(house?.code ?? '')
  await reader.close()
})

test('a cluster parts when it is chosen; points of one place are listed', async () => {
  const [far] = await grids(origin, '450105103')
  // The middle of a square in which the server counts points together at zoom 14, so that the disc is where the points are.
  const squares = 2 ** 17
  const [lon0 = 0, lat0 = 0] = far?.label ?? []
  const mercator = 0.5 - Math.asinh(Math.tan((lat0 * Math.PI) / 180)) / (2 * Math.PI)
  const lon = ((Math.floor((lon0 / 360 + 0.5) * squares) + 0.5) / squares - 0.5) * 360
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - 2 * ((Math.floor(mercator * squares) + 0.5) / squares)))) * 180) / Math.PI
  const post = async (id: string, at: [number, number]) => {
    const answer = await fetch(`${origin}/api/v1/points?district=450105`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ kind: 'e2e-pile', id, lon: at[0], lat: at[1], crs: 'cgcs2000' }),
    })
    expect(answer.ok).toBe(true)
  }
  await Promise.all([post('west', [lon - 1e-4, lat]), post('east', [lon + 1e-4, lat]), post('east-too', [lon + 1e-4, lat])])
  await expect.poll(async () => (await ask<{ kinds: { kind: string; count: number }[] }>(`${origin}/tiles/450105/points.json`)).kinds).toContainEqual({ kind: 'e2e-pile', count: 3, outside: 0 })
  const reader = await enterAt(14, [lon, lat])
  await reader.page.waitForURL((url) => Number(url.hash.slice(1).split('/')[0]) > 15)
  await reader.close()

  const near = await enterAt(19, [lon + 1e-4, lat])
  await near.title.getByText('此处的点').waitFor()
  await near.page.locator('.rows button').nth(1).waitFor()
  expect(await near.page.locator('.rows button').count()).toBe(2)
  await near.page.keyboard.press('Escape')
  await near.title.getByText('此处的点').waitFor({ state: 'detached' })
  expect(near.faults).toEqual([])
  await near.close()
})

test('kinds are switched off by themselves, and the link says so', async () => {
  const reader = await Reader.open(browser, origin, '/')
  const { page } = reader
  await reader.drawn()
  await page.keyboard.press('l')
  await page.locator('.layer-kinds').getByText(words.noise ?? '').click()
  await page.waitForURL((url) => url.searchParams.get('hide') === 'kind:noise')
  const tile = page.waitForRequest((r) => r.url().includes('/points/current/') && r.url().includes('kind='))
  await page.locator('.layer-kinds').getByText(words.litter ?? '').click()
  expect(decodeURIComponent((await tile).url())).toContain('?kind=')
  await page.waitForURL((url) => url.searchParams.get('hide') === 'kind:litter,kind:noise')
  await reader.close()
})

test('the points outside the net are counted in the bar, listed, and flown to', async () => {
  const reader = await Reader.open(browser, origin, '/')
  const { page } = reader
  await reader.title.waitFor()
  await page.locator('.status-outside').getByText(String(outside.count)).click()
  await page.waitForURL((url) => url.searchParams.get('table') === 'outside')
  await page.locator('.grid-table tbody tr').nth(outside.count - 1).waitFor()
  expect(await page.locator('.grid-table tbody tr').count()).toBe(outside.count)
  expect(await reader.violations()).toEqual([])
  const first = outside.items[0]
  await page.locator('.grid-table .twin-code').first().click()
  await page.waitForURL((url) => url.searchParams.get('item') === `${first?.kind}/${first?.id}` && !url.searchParams.has('table'))
  await page.waitForURL((url) => {
    const [, lat, lon] = url.hash.slice(1).split('/').map(Number)
    return Math.hypot((lon ?? 0) - (first?.place[0] ?? 0), (lat ?? 0) - (first?.place[1] ?? 0)) < 0.01
  })
  await reader.drawn()
  await page.locator('.how-outside').waitFor()
  expect(reader.faults).toEqual([])
  await reader.close()
})

test('a person says of which grid a point is, with a reason, and takes it back', async () => {
  const point = lonely()
  const { neighbours = [] } = await grid(origin, code)
  const to = neighbours[0]?.code ?? ''
  const reader = await Reader.open(browser, origin, `/?item=${point.kind}/${point.id}`)
  const { page } = reader
  await page.getByRole('button', { name: '改归其他网格' }).click()
  await page.keyboard.type('12')
  await page.getByLabel('为什么').fill('试一试')
  await page.getByRole('button', { name: '确定改归' }).click()
  await page.locator('.point-form-name.wrong').waitFor()
  expect(await reader.violations()).toEqual([])
  await page.getByLabel('归到哪个网格').fill(to)
  await page.getByRole('button', { name: '确定改归' }).click()
  await reader.chosen(to)
  await page.locator('.how-manual').waitFor()
  await page.getByText('试一试').waitFor()
  const stored = await ask<Point>(`${origin}/api/v1/points/${point.kind}/${point.id}?district=450105`)
  expect([stored.how, stored.grid?.code]).toEqual(['manual', to])
  await page.getByRole('button', { name: '撤回人工指定' }).click()
  await reader.chosen(code)
  expect((await ask<Point>(`${origin}/api/v1/points/${point.kind}/${point.id}?district=450105`)).how).toBe('in')
  expect(reader.faults).toEqual([])
  await reader.close()
})

test('tables of buildings and of points, page by page', async () => {
  const reader = await Reader.open(browser, origin, '/?table=building')
  const { page } = reader
  await page.locator('.grid-table tbody tr').nth(199).waitFor()
  await page.locator('.grid-table-more').click()
  await page.locator('.grid-table tbody tr').nth(399).waitFor()
  await page.getByRole('button', { name: '上报点', exact: true }).click()
  await page.locator('.grid-table tbody tr').nth(199).waitFor()
  await page.getByLabel('类型').selectOption('noise')
  await page.getByText(/^已列出 200/).waitFor()
  expect(new Set(await page.locator('.grid-table tbody tr td:nth-child(2)').allInnerTexts())).toEqual(new Set([words.noise]))
  expect(await reader.violations()).toEqual([])
  expect(reader.faults).toEqual([])
  await reader.close()
})

test('what is written shows on the map of a reader who waits', async () => {
  const reader = await Reader.open(browser, origin, '/?area=450105001')
  const { page } = reader
  await page.locator('.kinds').waitFor()
  const again = page.waitForResponse((r) => r.url().includes('/points/current/') && r.status() === 200)
  const at = (await grid(origin, code)).label
  const answer = await fetch(`${origin}/api/v1/points?district=450105`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ kind: 'e2e-look', id: '1', lon: at[0], lat: at[1], crs: 'cgcs2000' }),
  })
  expect(answer.ok).toBe(true)
  await again
  await page.locator('.kinds').getByText('e2e-look').waitFor()
  await reader.close()
})

test('T on the map shows the row of what was chosen there; arrows pan without a click on the map first; a search gives the keys back', async () => {
  const reader = await Reader.open(browser, origin, `/?area=${code}`)
  const { page } = reader
  await reader.drawn()
  const camera = new URL(page.url()).hash
  await page.keyboard.press('ArrowRight')
  await page.waitForURL((url) => url.hash !== camera)
  await page.keyboard.press('t')
  await page.locator('tr.chosen').waitFor()
  expect(await page.locator('tr.chosen').evaluate((row) => row.getBoundingClientRect().top < innerHeight && row.getBoundingClientRect().top > 0)).toBe(true)
  await page.keyboard.press('Escape')
  await page.keyboard.press('/')
  await page.keyboard.type('450105001004003')
  await page.locator('.search').getByRole('option').first().waitFor()
  await page.keyboard.press('Enter')
  await reader.chosen('450105001004003')
  await page.keyboard.press('Escape')
  await reader.chosen('450105001004')
  await reader.close()
})
