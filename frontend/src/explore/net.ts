import type { Ref } from 'vue'
import { computed, ref, shallowRef } from 'vue'
import type { Problem } from '@/api/client'
import { unreachable } from '@/api/client'
import type { Item, Level } from '@/api/net'
import { all, districtThen, districts as fetchDistricts, health } from '@/api/net'
import type { Moment } from './moment'

const pollEvery = 15_000 // ms
const pollFirst = 2000 // ms, until there is something to show

/** Whether the server, or the database behind it, is away, and since when. */
export interface Away {
  what: 'server' | 'database' | 'starting'
  since: Date
}

/** The time that is shown instead of now, and the district then: null where it had no net, and why. */
export interface Then {
  moment: Moment
  district: Item | null
  problem: Problem | null
}

/**
 * The districts and the release of each that is in force, kept up to date; lists of a district are kept until its next release. `then`
 * is the time that the reader went back to: `district` is what is shown, `present` what is in force.
 */
export function useNet(onRelease: (district: Item) => void) {
  const districts: Ref<Item[] | null> = shallowRef(null)
  const problem = ref<Problem | null>(null)
  const away = ref<Away | null>(null)
  const code = ref<string | null>(null)
  const then: Ref<Then | null> = shallowRef(null)
  const present = computed(() => districts.value?.find((d) => d.code === code.value) ?? districts.value?.[0] ?? null)
  const district = computed(() => (then.value ? then.value.district : present.value))
  /** The release to ask about; undefined: the one in force. */
  const release = computed(() => then.value?.district?.release)
  let journey = 0
  const lists = new Map<string, Promise<Item[] | null>>()

  function isAway(what: Away['what'], since?: string): void {
    if (away.value?.what !== what) away.value = { what, since: since ? new Date(since) : new Date() }
  }

  /** Asks for the districts and for the state of the server. Answers whether the districts are known. */
  async function refresh(): Promise<boolean> {
    const [answer, state] = await Promise.all([fetchDistricts(), health()])
    if (!answer.ok) {
      if (answer.problem.rule === unreachable) isAway('server')
      else if (answer.problem.status === 503) isAway('starting')
      // With districts at hand the page goes on; without them there is nothing to show but the problem.
      if (!districts.value && away.value?.what !== 'starting') problem.value = answer.problem
      return false
    }
    problem.value = null
    if (state.ok && state.value.database_away_since) isAway('database', state.value.database_away_since)
    else away.value = null
    const before = new Map(districts.value?.map((d) => [d.code, d.release]))
    if (JSON.stringify(districts.value) !== JSON.stringify(answer.value.items)) districts.value = answer.value.items
    const now = present.value
    if (now && before.has(now.code) && before.get(now.code) !== now.release) {
      lists.clear()
      onRelease(now)
      if (then.value) void travel(then.value.moment) // corrections of the past show at once
    }
    return true
  }

  /** Goes to another time, null being now. Answers whether the server could say what was then: that there was no net is an answer. */
  async function travel(moment: Moment | null): Promise<boolean> {
    const own = ++journey
    if (!moment || !present.value) {
      then.value = null
      return true
    }
    const answer = await districtThen(present.value.code, moment)
    if (own !== journey) return false
    if (answer.ok) then.value = { moment, district: answer.value ?? null, problem: null }
    else if (answer.problem.status === 404) then.value = { moment, district: null, problem: answer.problem }
    else problem.value = answer.problem
    return answer.ok || answer.problem.status === 404
  }

  /** Turns to another district, at the same time; numbers of releases are each district's own. */
  async function turn(to: string): Promise<void> {
    if (to === present.value?.code) return
    code.value = to
    const moment = then.value?.moment
    if (moment) await travel('at' in moment ? moment : null)
  }

  /** All items of a level in the district, of the release that is shown; null where the server could not say. */
  function list(level: Level): Promise<Item[] | null> {
    const d = district.value
    if (!d) return Promise.resolve(null)
    const key = `${d.code} ${d.release} ${level}`
    const known = lists.get(key)
    if (known) return known
    const asked = all(level, d.code, release.value).then((answer) => {
      if (answer.ok) return answer.value
      lists.delete(key)
      return null
    })
    lists.set(key, asked)
    return asked
  }

  /** Keeps asking until the returned function is called; at once when the page is seen again or the network is back. */
  function watchServer(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined
    let over = false
    const pause = () => (districts.value?.length ? pollEvery : pollFirst)
    const again = async () => {
      clearTimeout(timer)
      await refresh()
      if (!over) timer = setTimeout(again, pause())
    }
    const seen = () => document.visibilityState === 'visible' && void again()
    window.addEventListener('online', again)
    window.addEventListener('offline', again)
    document.addEventListener('visibilitychange', seen)
    timer = setTimeout(again, pause())
    return () => {
      over = true
      clearTimeout(timer)
      window.removeEventListener('online', again)
      window.removeEventListener('offline', again)
      document.removeEventListener('visibilitychange', seen)
    }
  }

  return { districts, district, present, then, release, code, problem, away, refresh, travel, turn, list, watchServer }
}
