import { get } from './client'
import type { Result } from './client'
import type { components } from './schema'

export type Release = components['schemas']['Release']

/** A district's releases, newest first, each with the spans over which it was in force as known today. */
export async function releases(district: string, signal?: AbortSignal): Promise<Result<Release[]>> {
  const answer = await get('/api/v1/releases', { query: { district } }, { signal })
  return answer.ok ? { ok: true, value: answer.value.items } : answer
}
