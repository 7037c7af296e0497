import { afterEach, expect, test, vi } from 'vitest'
import { speak, unreachable } from './client'
import { locate } from './locate'
import { all, districts } from './net'

const page = (items: unknown[], next: string | null) => Response.json({ items, next, count: 2 })

afterEach(() => vi.unstubAllGlobals())

test('an answer is a value', async () => {
  vi.stubGlobal('fetch', async () => page([], null))
  expect(await districts()).toEqual({ ok: true, value: { items: [], next: null, count: 2 } })
})

test('a problem+json keeps its rule and request id', async () => {
  const problem = { type: '/docs/errors#x', title: 'X', status: 404, rule: 'no-such-item', request_id: 'R1' }
  vi.stubGlobal('fetch', async () => Response.json(problem, { status: 404, headers: { 'Content-Type': 'application/problem+json' } }))
  expect(await districts()).toEqual({ ok: false, problem })
})

test('an answer from something that is not our server is a problem with its status', async () => {
  vi.stubGlobal('fetch', async () => new Response('<html>', { status: 502, statusText: 'Bad Gateway', headers: { 'X-Request-Id': 'R2' } }))
  const r = await districts()
  expect(r).toMatchObject({ ok: false, problem: { status: 502, title: 'Bad Gateway', request_id: 'R2' } })
})

test('no answer at all is the problem server-away', async () => {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('fetch failed')
  })
  expect(await districts()).toMatchObject({ ok: false, problem: { status: 0, rule: unreachable } })
})

test('an aborted call rejects', async () => {
  vi.stubGlobal('fetch', async (_: URL, init: RequestInit) => {
    init.signal?.throwIfAborted()
    return page([], null)
  })
  await expect(districts(AbortSignal.abort())).rejects.toThrow()
})

test('the server is asked in the language of the page', async () => {
  const asked: (string | null)[] = []
  vi.stubGlobal('fetch', async (_: URL, init: RequestInit) => {
    asked.push(new Headers(init.headers).get('Accept-Language'))
    return page([], null)
  })
  speak('en')
  await districts()
  speak('zh-CN')
  await districts()
  expect(asked).toEqual(['en', 'zh-CN'])
})

test('a long list is read page by page', async () => {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (url: URL) => {
    asked.push(url.searchParams.get('after') ?? '')
    return asked.length === 1 ? page([{ code: 'a' }], 'A') : page([{ code: 'b' }], null)
  })
  expect(await all('grid', '450105001', undefined)).toMatchObject({ ok: true, value: [{ code: 'a' }, { code: 'b' }] })
  expect(asked).toEqual(['', 'A'])
})

test('where no district holds a place and there are several, the one at hand is meant', async () => {
  const asked: (string | null)[] = []
  vi.stubGlobal('fetch', async (url: URL) => {
    asked.push(url.searchParams.get('district'))
    if (asked.length > 1) return Response.json({ inside: false })
    return Response.json({ rule: 'which-district', title: '', status: 400, type: '' }, { status: 400 })
  })
  expect(await locate({ lon: 100, lat: 30, crs: 'wgs84' }, '450105', undefined)).toEqual({ ok: true, value: { inside: false } })
  expect(asked).toEqual([null, '450105'])
})

test('of an earlier release its own district answers', async () => {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (url: URL) => {
    asked.push(url.search)
    return Response.json({ inside: true })
  })
  await locate({ lon: 100, lat: 30, crs: 'wgs84' }, '450105', 4)
  expect(asked).toEqual(['?lon=100&lat=30&crs=wgs84&district=450105&release=4'])
})
