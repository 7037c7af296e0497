import { get } from './client'
import type { Result } from './client'
import type { components } from './schema'

export type Item = components['schemas']['Item']
export type ItemPage = components['schemas']['ItemPage']
export type Level = components['schemas']['Level']
export type Collection = components['schemas']['Collection']
export type Kind = components['schemas']['Kind']
export type Neighbour = components['schemas']['Neighbour']
export type Ref = components['schemas']['Ref']
export type Health = components['schemas']['Health']

export const collectionOf: Record<Level, Collection> = {
  district: 'districts',
  town: 'towns',
  community: 'communities',
  grid: 'grids',
  building: 'buildings',
}

/** The districts with their releases, counts and tile revisions. */
export function districts(signal?: AbortSignal): Promise<Result<ItemPage>> {
  // no-cache: asks every time, with the tag of the copy at hand; an unchanged answer costs a 304.
  return get('/api/v1/{collection}', { path: { collection: 'districts' }, query: { limit: 1000 } }, { cache: 'no-cache', signal })
}

/** A district as it was at a moment (RFC 3339, as known now) or by a release. */
export async function districtThen(district: string, moment: { at: string } | { release: number }): Promise<Result<Item | undefined>> {
  const answer = await get('/api/v1/{collection}', { path: { collection: 'districts' }, query: { district, ...moment } }, { cache: 'no-cache' })
  return answer.ok ? { ok: true, value: answer.value.items[0] } : answer
}

/** One division, grid or building with its neighbours, of a release or (undefined) of the one in force. */
export function item(level: Level, code: string, release: number | undefined, signal?: AbortSignal): Promise<Result<Item>> {
  return get('/api/v1/{collection}/{code}', { path: { collection: collectionOf[level], code }, query: { release } }, { cache: 'no-cache', signal })
}

const most = 10_000

/** All items of a level whose codes begin with `within`, in order of their codes, of a release or (undefined) of the one in force. */
export async function all(level: Level, within: string, release: number | undefined, signal?: AbortSignal): Promise<Result<Item[]>> {
  const items: Item[] = []
  let after: string | undefined
  for (;;) {
    const answer: Result<ItemPage> = await page(level, within, release, after, most, signal)
    if (!answer.ok) return answer
    items.push(...answer.value.items)
    if (answer.value.next === null) return { ok: true, value: items }
    after = answer.value.next
  }
}

/** Some of them, after a cursor. */
export function page(level: Level, within: string, release: number | undefined, after: string | undefined, limit: number, signal?: AbortSignal): Promise<Result<ItemPage>> {
  const query = { district: within.slice(0, 6), within, limit, after, release }
  return get('/api/v1/{collection}', { path: { collection: collectionOf[level] }, query }, { cache: 'no-cache', signal })
}

/** Divisions, grids and buildings by code, name, pinyin, initials or address, best first. A release needs its district. */
export function search(q: string, district: string | undefined, release: number | undefined, limit: number, signal?: AbortSignal): Promise<Result<ItemPage>> {
  return get('/api/v1/search', { query: { q, district, release, limit } }, { signal })
}

/** Whether the server can answer, and since when its database has been away. */
export function health(signal?: AbortSignal): Promise<Result<Health>> {
  return get('/readyz', {}, { cache: 'no-store', signal })
}
