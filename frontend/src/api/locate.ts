import { get } from './client'
import type { Result } from './client'
import type { components } from './schema'

export type Location = components['schemas']['Location']
export type Share = components['schemas']['Share']
export type Datum = components['schemas']['Datum']

/** Largest radius that the server accepts, in metres. */
export const maxAccuracy = 10_000

/** A place as somebody states it: degrees in a named datum, perhaps with its uncertainty in metres. */
export interface Place {
  lon: number
  lat: number
  crs: Datum
  accuracy?: number
}

/**
 * The grid that holds a place, in whichever district that is. Where no district holds it and there are several, the server asks
 * which one is meant: `district` is. With a release, which is one of `district`'s, it is the grid of that release.
 */
export async function locate(place: Place, district: string | undefined, release: number | undefined, signal?: AbortSignal): Promise<Result<Location>> {
  if (release !== undefined) return get('/api/v1/locate', { query: { ...place, district, release } }, { signal })
  const answer = await get('/api/v1/locate', { query: { ...place } }, { signal })
  if (answer.ok || answer.problem.rule !== 'which-district' || !district) return answer
  return get('/api/v1/locate', { query: { ...place, district } }, { signal })
}
