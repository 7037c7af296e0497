import { ref, shallowRef } from 'vue'
import type { Problem } from '@/api/client'
import type { Location } from '@/api/locate'
import { locate, maxAccuracy } from '@/api/locate'
import type { Key } from '@/ui/i18n'

/** Where the reader is, as the browser says it: WGS 84, with the radius of its uncertainty in metres. */
export interface Fix {
  lon: number
  lat: number
  accuracy: number
}

export type PositionState =
  | { is: 'off' }
  | { is: 'finding' }
  | { is: 'failed'; why: Key }
  | { is: 'refused'; problem: Problem }
  | { is: 'found'; fix: Fix; answer: Location }

const reasons: Record<number, Key> = { 1: 'position.denied', 2: 'position.unavailable', 3: 'position.timeout' }

/** Asks the browser where the reader is, and the server which grids the circle of accuracy touches. */
export function usePosition() {
  const state = shallowRef<PositionState>({ is: 'off' })
  const round = ref(0)

  const fixNow = () =>
    new Promise<Fix>((resolve, reject) =>
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => resolve({ lon: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy }),
        reject,
        { enableHighAccuracy: true, timeout: 15_000, maximumAge: 5000 },
      ),
    )

  async function find(district: string | undefined, release: number | undefined): Promise<void> {
    if (!('geolocation' in navigator)) {
      state.value = { is: 'failed', why: 'position.unsupported' }
      return
    }
    const own = ++round.value
    state.value = { is: 'finding' }
    let fix: Fix
    try {
      fix = await fixNow()
    } catch (e) {
      if (own === round.value) state.value = { is: 'failed', why: reasons[(e as GeolocationPositionError).code] ?? 'position.unavailable' }
      return
    }
    const accuracy = fix.accuracy <= maxAccuracy ? fix.accuracy : undefined
    const answer = await locate({ lon: fix.lon, lat: fix.lat, crs: 'wgs84', accuracy }, district, release)
    if (own !== round.value) return
    state.value = answer.ok ? { is: 'found', fix, answer: answer.value } : { is: 'refused', problem: answer.problem }
  }

  function stop(): void {
    round.value++
    state.value = { is: 'off' }
  }

  return { state, find, stop }
}
