import { expect, test, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { Result } from '@/api/client'
import type { Page } from './pages'
import { usePages } from './pages'

const problem = { type: '', title: 'away', status: 503, rule: 'database-away' }

function list(ask: (key: string, after: string | undefined) => Promise<Result<Page<string>>>) {
  const key = ref('a')
  const pages = effectScope().run(() => usePages<string>(() => key.value, (after) => ask(key.value, after)))
  if (!pages) throw new Error('no scope')
  return { key, ...pages }
}
const page = (items: string[], next: string | null): Result<Page<string>> => ({ ok: true, value: { items, next, count: 5 } })
const settled = () => new Promise((done) => setTimeout(done))

test('a list grows by the page until there is no more', async () => {
  const l = list(async (_, after) => (after ? page(['4', '5'], null) : page(['1', '2', '3'], 'x')))
  expect(l.loading.value).toBe(true)
  await settled()
  expect([l.items.value, l.count.value, l.next.value]).toEqual([['1', '2', '3'], 5, 'x'])
  await l.more()
  expect([l.items.value, l.next.value, l.loading.value]).toEqual([['1', '2', '3', '4', '5'], null, false])
})

test('what it lists changes: it begins anew, and the answer for the older question is not taken', async () => {
  const answers: Record<string, (r: Result<Page<string>>) => void> = {}
  const l = list((key) => new Promise((done) => (answers[key] = done)))
  l.key.value = 'b'
  await nextTick()
  answers['b']?.(page(['of b'], null))
  await settled()
  answers['a']?.(page(['of a'], null))
  await settled()
  expect(l.items.value).toEqual(['of b'])
})

test('a page that could not be read is asked for again, and what is there stays', async () => {
  const ask = vi.fn<(key: string, after: string | undefined) => Promise<Result<Page<string>>>>()
  ask.mockResolvedValueOnce(page(['1'], 'x')).mockResolvedValueOnce({ ok: false, problem }).mockResolvedValueOnce(page(['2'], null))
  const l = list(ask)
  await settled()
  await l.more()
  expect([l.items.value, l.problem.value?.rule]).toEqual([['1'], 'database-away'])
  await l.again()
  expect([l.items.value, l.problem.value]).toEqual([['1', '2'], null])
  expect(ask.mock.calls.map(([, after]) => after)).toEqual([undefined, 'x', 'x'])
})
