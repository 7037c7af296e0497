import { get, patch } from './client'
import type { Result } from './client'
import type { components } from './schema'

export type Point = components['schemas']['Point']
export type PointPage = components['schemas']['PointPage']
export type PointCount = components['schemas']['PointCount']
export type How = components['schemas']['How']

/** What names a point within its district. */
export interface PointKey {
  kind: string
  id: string
}

/** Which points are meant; what is left out asks for nothing. Box: west, south, east, north, CGCS2000. */
export interface PointFilter {
  within?: string
  kind?: string
  outside?: boolean
  q?: string
  bbox?: string
}

/** A page of points, the last observed first. */
export function points(district: string, filter: PointFilter, after: string | undefined, limit: number, signal?: AbortSignal): Promise<Result<PointPage>> {
  return get('/api/v1/points', { query: { district, ...filter, after, limit } }, { cache: 'no-store', signal })
}

export function point(district: string, { kind, id }: PointKey, signal?: AbortSignal): Promise<Result<Point>> {
  return get('/api/v1/points/{kind}/{id}', { path: { kind, id }, query: { district } }, { cache: 'no-store', signal })
}

/** How many points of each kind lie in a division or grid. */
export async function countsByKind(district: string, within: string, signal?: AbortSignal): Promise<Result<{ kind: string; count: number }[]>> {
  const answer = await get('/api/v1/points/counts', { query: { district, by: 'kind', within } }, { cache: 'no-store', signal })
  return answer.ok ? { ok: true, value: answer.value.items.map((c) => ({ kind: c.kind ?? '', count: c.count })) } : answer
}

/** Says of which grid a point is, against what its place says; refused if somebody changed the point meanwhile. */
export function overrule(district: string, p: Point, grid: string, reason: string): Promise<Result<Point>> {
  return change(district, p, { grid, reason })
}

/** Takes that back: the place decides again. */
export function takeBack(district: string, p: Point): Promise<Result<Point>> {
  return change(district, p, { grid: null })
}

function change(district: string, { kind, id, revision }: Point, body: components['schemas']['PointPatch']): Promise<Result<Point>> {
  return patch('/api/v1/points/{kind}/{id}', { path: { kind, id }, query: { district } }, body, { 'If-Match': `"${revision}"` })
}

/** What there is to be drawn: how many points of each kind, how many of these outside the net, and a version that changes with them. */
export interface PointSet {
  version: string
  kinds: { kind: string; count: number; outside: number }[]
}

export async function pointSet(district: string, signal?: AbortSignal): Promise<Result<PointSet>> {
  const answer = await get('/tiles/{district}/{set}.json', { path: { district, set: 'points' } }, { cache: 'no-cache', signal })
  // TileJSON is described by its own specification; the kinds are what this set says beside.
  return answer as Result<unknown> as Result<PointSet>
}
