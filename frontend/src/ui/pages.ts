import { onUnmounted, ref, shallowRef, watch } from 'vue'
import type { Problem, Result } from '@/api/client'

export interface Page<T> {
  items: T[]
  next: string | null
  count: number
}

/** A list that is read page by page. When what it is a list of changes (`key`), it begins anew. */
export function usePages<T>(key: () => string, ask: (after: string | undefined, signal: AbortSignal) => Promise<Result<Page<T>>>) {
  const items = shallowRef<T[]>([])
  const count = ref<number | null>(null)
  const next = ref<string | null>(null)
  const loading = ref(false)
  const problem = shallowRef<Problem | null>(null)
  let asking: AbortController | undefined

  async function read(after: string | undefined): Promise<void> {
    asking?.abort()
    const own = (asking = new AbortController())
    loading.value = true
    problem.value = null
    try {
      const answer = await ask(after, own.signal)
      if (own.signal.aborted) return
      if (answer.ok) {
        items.value = after === undefined ? answer.value.items : [...items.value, ...answer.value.items]
        next.value = answer.value.next
        count.value = answer.value.count
      } else problem.value = answer.problem
      loading.value = false
    } catch {
      // Another list came first.
    }
  }

  const more = () => read(next.value ?? undefined)
  const again = () => read(items.value.length > 0 && next.value !== null ? next.value : undefined)
  watch(
    key,
    () => {
      items.value = []
      next.value = count.value = null
      void read(undefined)
    },
    { immediate: true },
  )
  onUnmounted(() => asking?.abort())
  return { items, count, next, loading, problem, more, again }
}
