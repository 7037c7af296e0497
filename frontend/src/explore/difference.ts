import type { Ref } from 'vue'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Problem } from '@/api/client'
import type { Item, Level } from '@/api/net'
import type { ReleaseDiff } from '@/api/releases'
import { difference as fetchDifference } from '@/api/releases'

/** A division or grid that is not the same then and today. */
export interface Change {
  level: Level
  code: string
  name: string
  fate: 'born' | 'gone' | 'changed'
  /** The border is another one. */
  shape: boolean
  /** What else is another: of what changed alone. */
  attributes: { name: string; then: string; today: string }[]
}

export interface Moved {
  kind: string
  from: string | null
  to: string | null
  count: number
}

/** What is different today from then. */
export interface Changes {
  list: Change[]
  moved: Moved[]
  counts: Record<Change['fate'], number>
}

const fates = { born: 'gone', gone: 'born', changed: 'changed' } as const

/** Reads a difference of two releases as what changed from then to today; where then is the later of the two (a correction of the past), the other way round. */
export function changesOf(d: ReleaseDiff, then: number): Changes {
  const back = then === d.release
  const list = d.changes.map((c): Change => ({
    level: c.level,
    code: c.code,
    name: c.name,
    fate: back ? fates[c.fate] : c.fate,
    shape: c.shape && c.fate === 'changed',
    attributes: c.fate === 'changed' ? c.attributes.map((a) => ({ name: a.name, then: back ? a.new : a.old, today: back ? a.old : a.new })) : [],
  }))
  const grids = list.filter((c) => c.level === 'grid')
  const count = (fate: Change['fate']) => grids.filter((c) => c.fate === fate).length
  return {
    list,
    moved: d.points.map(({ kind, from, to, count: n }) => ({ kind, from: back ? to : from, to: back ? from : to, count: n })),
    counts: { born: count('born'), gone: count('gone'), changed: count('changed') },
  }
}

/** What changed between the net that is shown and today's, while an earlier one is shown. */
export function useDifference(district: Ref<Item | null>, present: Ref<Item | null>, past: Ref<boolean>) {
  const changes = shallowRef<Changes | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const busy = ref(false)
  const between = computed(() => {
    const [then, today] = [district.value?.release, present.value?.release]
    if (!past.value || !district.value || !then || !today || then === today) return null
    return { district: district.value.code, then, since: Math.min(then, today), release: Math.max(then, today) }
  })
  let asking: AbortController | undefined

  async function ask(): Promise<void> {
    asking?.abort()
    changes.value = problem.value = null
    const b = between.value
    if (!b) return
    const own = (asking = new AbortController())
    busy.value = true
    try {
      const answer = await fetchDifference(b.district, b.release, b.since, own.signal)
      if (answer.ok) changes.value = changesOf(answer.value, b.then)
      else problem.value = answer.problem
      busy.value = false
    } catch {
      // Another time came first.
    }
  }
  watch(() => JSON.stringify(between.value), ask, { immediate: true })

  return { between, changes, problem, busy, ask }
}
