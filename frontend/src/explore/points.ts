import type { Ref } from 'vue'
import { computed, onUnmounted, shallowRef, watch } from 'vue'
import { may } from '@/account/account'
import type { PointSet } from '@/api/points'
import { pointSet } from '@/api/points'
import { marksOf } from '@/tokens/marks'
import type { Key } from '@/ui/i18n'
import { t } from '@/ui/i18n'

const lookEvery = 5000 // ms

/** The reported points of the district that is shown: which kinds there are, and a version that changes when something is written. */
export function usePoints(district: Ref<string | undefined>) {
  const set = shallowRef<PointSet | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking: AbortController | undefined

  async function look(): Promise<void> {
    clearTimeout(timer)
    asking?.abort()
    const own = (asking = new AbortController())
    const code = district.value
    if (code && may('points') && document.visibilityState === 'visible') {
      try {
        const answer = await pointSet(code, own.signal)
        // While the server is away the points that are there stay.
        if (answer.ok && (set.value?.version !== answer.value.version || set.value.kinds.length !== answer.value.kinds.length)) set.value = answer.value
      } catch {
        return // another district came first
      }
    }
    if (!own.signal.aborted) timer = setTimeout(look, lookEvery)
  }
  watch(
    district,
    () => {
      set.value = null
      void look()
    },
    { immediate: true },
  )
  const seen = () => document.visibilityState === 'visible' && void look()
  document.addEventListener('visibilitychange', seen)
  onUnmounted(() => {
    clearTimeout(timer)
    asking?.abort()
    document.removeEventListener('visibilitychange', seen)
  })

  const kinds = computed(() => set.value?.kinds ?? [])
  const marks = computed(() => marksOf(kinds.value.map((k) => k.kind)))
  const outside = computed(() => kinds.value.reduce((n, k) => n + k.outside, 0))
  const version = computed(() => set.value?.version ?? null)
  return { kinds, marks, outside, version, look }
}

const known: Record<string, Key> = {
  litter: 'points.kind.litter',
  noise: 'points.kind.noise',
  'road-damage': 'points.kind.road-damage',
  'street-light': 'points.kind.street-light',
  report: 'points.kind.report',
  resident: 'points.kind.resident',
}

/** The word for a kind; a kind that has none is shown as it is. */
export function kindWord(kind: string): string {
  const key = known[kind]
  return key ? t(key) : kind
}
