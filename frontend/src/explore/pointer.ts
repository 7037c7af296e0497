import { ref, shallowRef, watch } from 'vue'
import { locate } from '@/api/locate'
import type { Camera } from '@/map/NetMap'

/** What the status bar tells: where the pointer is (null: not on the map), the camera, and how near a border is. CGCS2000. */
const point = shallowRef<{ lon: number; lat: number; district: string; release: number | undefined } | null>(null)
const camera = shallowRef<Camera | null>(null)
const border = ref<number | null>(null)
const rest = 160 // ms the pointer must rest before the server is asked
let timer: ReturnType<typeof setTimeout> | undefined
let asking: AbortController | undefined

watch(point, (at) => {
  clearTimeout(timer)
  asking?.abort()
  border.value = null
  if (!at) return
  timer = setTimeout(async () => {
    const own = (asking = new AbortController())
    try {
      const answer = await locate({ lon: at.lon, lat: at.lat, crs: 'cgcs2000' }, at.district, at.release, own.signal)
      if (answer.ok) border.value = answer.value.border_m
    } catch {
      // The pointer has moved on.
    }
  }, rest)
})

export function usePointer() {
  return { point, camera, border }
}
