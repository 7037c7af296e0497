import { get } from './client'
import type { Result } from './client'
import type { components } from './schema'

export type Release = components['schemas']['Release']

/** A district's releases, newest first, each with the spans over which it was in force as known today. */
export async function releases(district: string, signal?: AbortSignal): Promise<Result<Release[]>> {
  const answer = await get('/api/v1/releases', { query: { district } }, { signal })
  return answer.ok ? { ok: true, value: answer.value.items } : answer
}

export type ReleaseDiff = components['schemas']['ReleaseDiff']

/** What a release has that an earlier one has not, and the other way round. */
export function difference(district: string, release: number, since: number, signal?: AbortSignal): Promise<Result<ReleaseDiff>> {
  return get('/api/v1/releases/{n}/diff', { path: { n: release }, query: { district, since } }, { cache: 'no-cache', signal })
}

/** Where the same is to be had as a workbook. */
export const differenceTable = (district: string, release: number, since: number) =>
  `/api/v1/releases/${release}/diff?district=${district}&since=${since}&f=xlsx`
