import type { InjectionKey } from 'vue'
import { computed, inject, ref, shallowRef, watch } from 'vue'
import type { Problem } from '@/api/client'
import type { Location, Place } from '@/api/locate'
import { locate } from '@/api/locate'
import type { Item, Level } from '@/api/net'
import { item as fetchItem } from '@/api/net'
import type { Point, PointKey } from '@/api/points'
import { point as fetchPoint } from '@/api/points'
import type { LayerGroup, MapLevel } from '@/map/layers'
import { groupNames } from '@/map/layers'
import type { NetMap } from '@/map/NetMap'
import type { MapView } from '@/map/view'
import { levelOf } from '@/model/code'
import { toCGCS2000 } from '@/model/crs'
import { ownGroup, parentCode } from '@/ui/code'
import { count, day, language, setLanguage, t } from '@/ui/i18n'
import { nextTheme, setTheme, theme } from '@/ui/theme'
import { remember } from '@/ui/remember'
import { say } from '@/ui/toast'
import type { Change } from './difference'
import { useDifference } from './difference'
import { useIntake } from './intake'
import type { Moment } from './moment'
import { useNet } from './net'
import { mistaken } from './plan'
import { usePoints } from './points'
import { usePosition } from './position'
import type { TableLevel } from './url'
import { format, parse } from './url'

/** A place that was asked about: as it was said, where that is in CGCS2000, and the answer. */
export interface Asked {
  place: Place
  at: { lon: number; lat: number }
  title?: string
  answer: Location | null
}

/** The state of the page and what can be done to it. Everything that a link must restore goes through the URL. */
export function createExplorer() {
  const said = parse(location.search)
  // The map begins to write its camera into the hash at once: whether a link came with one must be asked before.
  const cameraSaid = location.hash !== ''
  const net = useNet((d) => {
    const said = { n: d.release ?? 0, date: d.valid_from ? day(d.valid_from) : '' }
    say(net.then.value ? t('then.newer', said) : t('release.swapped', said))
    if (area.value && !net.then.value) void load(area.value)
  })
  const position = usePosition()
  const intake = useIntake(() => net.present.value?.code ?? '')
  const difference = useDifference(net.district, net.present, computed(() => net.then.value !== null))

  const area = ref(said.area)
  const detail = shallowRef<Item | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const asked = shallowRef<Asked | null>(null)
  const index = shallowRef<ReadonlyMap<string, Item>>(new Map())
  const hidden = ref(new Set<LayerGroup>(said.hidden))
  const hiddenKinds = ref(new Set<string>(said.hiddenKinds))
  const points = usePoints(computed(() => net.present.value?.code))
  /** The reported point that was chosen; `point` is what is known of it. */
  const picked = shallowRef<{ key: PointKey; point: Point | null } | null>(null)
  /** A place at which several points stand. */
  const stack = shallowRef<{ lon: number; lat: number } | null>(null)
  const table = ref(said.table)
  const kiosk = ref(said.kiosk)
  const chosenTheme = ref(said.theme)
  const chosenLanguage = ref(said.language)
  const map = shallowRef<NetMap | null>(null)
  const choosingTime = ref(false)
  /** Whether the time that a link says is reached: until then nothing of another time is shown. */
  const arrived = ref(said.moment === null)
  let loading: AbortController | undefined

  /** The card's subject: the chosen area, else the whole district. */
  const subject = computed<Item | null>(() => {
    if (!arrived.value) return null
    const code = area.value
    if (!code || code === net.district.value?.code) return net.district.value
    if (detail.value?.code === code) return detail.value
    return index.value.get(code) ?? null
  })

  watch(
    () => [net.district.value?.code, net.district.value?.release],
    async () => {
      const [towns, communities, grids] = await Promise.all((['town', 'community', 'grid'] as Level[]).map((l) => net.list(l)))
      index.value = new Map([...(towns ?? []), ...(communities ?? []), ...(grids ?? [])].map((i) => [i.code, i]))
    },
    { immediate: true },
  )

  /** A district other than the one that is shown unasked has to be said. */
  const otherDistrict = () => {
    const now = net.present.value?.code ?? null
    return now === net.districts.value?.[0]?.code ? null : now
  }

  const query = () => ({
    area: area.value ?? otherDistrict(),
    point: asked.value?.place ?? null,
    item: picked.value?.key ?? null,
    hidden: groupNames.filter((g) => hidden.value.has(g)),
    hiddenKinds: [...hiddenKinds.value].sort(),
    theme: chosenTheme.value,
    language: chosenLanguage.value,
    kiosk: kiosk.value,
    table: table.value,
    moment: net.then.value?.moment ?? null,
  })

  /** Writes the state into the URL; a chosen area is a step that "back" undoes. */
  function writeUrl(step: boolean): void {
    const url = location.pathname + format(query()) + location.hash
    if (url === location.pathname + location.search + location.hash) return
    if (step) history.pushState(null, '', url)
    else history.replaceState(null, '', url)
  }
  watch([hidden, hiddenKinds, table, kiosk, chosenTheme, chosenLanguage], () => writeUrl(false))

  /** A link to what is seen now, with the release that is seen: after the next one it shows the same still. */
  function link(): string {
    const release = net.district.value?.release
    return location.origin + location.pathname + format({ ...query(), moment: release ? { release } : (net.then.value?.moment ?? null) }) + location.hash
  }

  async function load(code: string): Promise<Item | null> {
    const level = levelOf(code) as Level | null
    loading?.abort()
    problem.value = null
    if (!level) return null
    const own = (loading = new AbortController())
    try {
      const answer = await fetchItem(level, code, net.release.value, own.signal)
      if (!answer.ok) {
        problem.value = answer.problem
        return null
      }
      detail.value = answer.value
      return answer.value
    } catch {
      return null // another choice came first
    }
  }

  /** Chooses a division, grid or building by its code and brings it into view. */
  async function choose(code: string, options: { reveal?: boolean; step?: boolean } = {}): Promise<void> {
    const { reveal = true, step = true } = options
    const level = levelOf(code)
    asked.value = picked.value = stack.value = null
    await net.turn(code.slice(0, 6))
    area.value = level === 'district' ? null : code
    if (step) writeUrl(true)
    const known = level === 'district' ? net.district.value : await load(code)
    if (known && reveal) map.value?.reveal(known.bounds, { maxZoom: level === 'building' ? 17.5 : undefined })
  }

  /** Chooses a reported point: its card, and on the map its grid. */
  async function pick(key: PointKey, options: { reveal?: boolean; step?: boolean } = {}): Promise<void> {
    const { reveal = true, step = true } = options
    asked.value = stack.value = null
    const own = (picked.value = { key, point: null })
    const answer = await fetchPoint(net.present.value?.code ?? '', key)
    if (picked.value !== own) return
    if (!answer.ok) {
      problem.value = answer.problem
      picked.value = null
      return
    }
    picked.value = { key, point: answer.value }
    area.value = answer.value.grid?.code ?? null
    writeUrl(step)
    if (area.value) await load(area.value)
    const [lon, lat] = answer.value.place
    if (reveal) map.value?.reveal([lon - 0.001, lat - 0.001, lon + 0.001, lat + 0.001], { maxZoom: 17 })
  }

  /** What is known of the chosen point after it was changed here. */
  function know(p: Point): void {
    picked.value = { key: { kind: p.kind, id: p.id }, point: p }
    area.value = p.grid?.code ?? null
    writeUrl(false)
    if (area.value) void load(area.value)
    void points.look()
  }

  /** Points that stand at one place, to choose from. */
  function pile(at: { lon: number; lat: number }): void {
    asked.value = picked.value = null
    stack.value = at
    writeUrl(false)
  }

  /** Asks which grid holds a place, and chooses the division of that level there. */
  async function ask(place: Place, options: { level: MapLevel; reveal?: boolean; title?: string }): Promise<void> {
    const [lon, lat] = toCGCS2000(place.crs, [place.lon, place.lat])
    picked.value = stack.value = null
    const own: Asked = { place, at: { lon, lat }, title: options.title, answer: null }
    asked.value = own
    const answer = await locate(place, net.present.value?.code, net.release.value)
    if (asked.value !== own) return
    if (!answer.ok) {
      problem.value = answer.problem
      return
    }
    asked.value = { ...own, answer: answer.value }
    const found = answer.value[options.level]
    if (answer.value.district) await net.turn(answer.value.district.code)
    area.value = options.level === 'district' ? null : (found?.code ?? null)
    writeUrl(true)
    if (area.value) await load(area.value)
    if (options.reveal ?? true) map.value?.reveal([lon - 0.002, lat - 0.002, lon + 0.002, lat + 0.002])
  }

  function forget(): void {
    asked.value = null
    writeUrl(false)
  }

  /** Up: leaves the big screen, the table, the position, the place asked about, then level by level to the district. */
  function up(): void {
    if (kiosk.value) kiosk.value = false
    else if (intake.open.value) intake.close()
    else if (table.value) table.value = null
    else if (position.state.value.is !== 'off') position.stop()
    else if (stack.value) stack.value = null
    else if (picked.value) {
      picked.value = null
      writeUrl(true)
    } else if (asked.value && !area.value) forget()
    else if (area.value) void choose(above(area.value))
    else if (net.then.value) void travel(null)
  }

  /** The code one level up: of a building the grid that it lies in. */
  const above = (code: string) =>
    (levelOf(code) === 'building' && detail.value?.code === code && detail.value.parents?.at(-1)?.code) || (parentCode(code) ?? code.slice(0, 6))

  /** Goes to the net of another time, null being now; what is chosen stays chosen where it was there then. */
  async function travel(moment: Moment | null, options: { step?: boolean } = {}): Promise<void> {
    if (!(await net.travel(moment))) return
    if (area.value && net.district.value) {
      const code = area.value
      await load(code)
      if (area.value === code && problem.value?.status === 404) area.value = null
    }
    if (asked.value) {
      const { place, title } = asked.value
      const answer = net.district.value && (await locate(place, net.district.value.code, net.release.value))
      if (answer?.ok && asked.value?.place === place) asked.value = { ...asked.value, title, answer: answer.value }
    }
    if (options.step ?? true) writeUrl(true)
  }

  async function goTo(search: string): Promise<void> {
    const to = parse(search)
    if (JSON.stringify(to.moment) !== JSON.stringify(net.then.value?.moment ?? null)) await travel(to.moment, { step: false })
    hidden.value = new Set(to.hidden)
    hiddenKinds.value = new Set(to.hiddenKinds)
    table.value = to.table
    kiosk.value = to.kiosk
    if (to.item) void pick(to.item, { reveal: false, step: false })
    else if (to.point) void ask(to.point, { level: 'grid', reveal: false })
    else void choose(to.area ?? net.present.value?.code ?? '', { reveal: false, step: false })
  }

  /** Asks the server, and as soon as there is a district does what the link says. */
  async function start(): Promise<void> {
    if (said.area) net.code.value = said.area.slice(0, 6)
    const stop = watch(net.present, (d) => {
      if (!d) return
      stop()
      void restore()
    })
    await net.refresh()
  }

  async function restore(): Promise<void> {
    const now = net.present.value?.release
    if (said.moment && !('release' in said.moment && said.moment.release === now)) await net.travel(said.moment)
    arrived.value = true
    if (said.item) await pick(said.item, { step: false, reveal: !cameraSaid })
    else if (said.point) await ask(said.point, { level: (said.area && (levelOf(said.area) as MapLevel)) || 'grid', reveal: !cameraSaid })
    else if (said.area) await choose(said.area, { step: false, reveal: !cameraSaid })
  }

  async function findMe(): Promise<void> {
    await position.find(net.present.value?.code, net.release.value)
    const state = position.state.value
    if (state.is !== 'found') return
    asked.value = picked.value = stack.value = null
    const { lon, lat, accuracy } = state.fix
    if (state.answer.district) await net.turn(state.answer.district.code)
    const touched = state.answer.circle?.flatMap((s) => (s.code ? [s.code] : [])) ?? []
    // Of several grids the reader says which: none is chosen for him.
    if (touched.length === 1 && touched[0]) await choose(touched[0], { reveal: false })
    const degrees = Math.max(accuracy, 60) / 60_000
    map.value?.fit([lon - degrees, lat - degrees, lon + degrees, lat + degrees], { maxZoom: 17 })
  }

  /** What is selected on the map: the chosen division or grid, or the grid that the chosen building lies in. */
  const marked = computed(() => {
    const s = subject.value
    if (!s || !area.value) return null
    return s.level === 'building' ? (index.value.get(s.parents?.at(-1)?.code ?? '') ?? null) : s
  })

  const flag = computed(() => {
    const s = marked.value
    // A chosen point is what is looked at: the flag would lie on it.
    if (!s || picked.value) return ''
    if (s.level !== 'grid') return s.name
    return s.households === undefined ? ownGroup(s.code) : `${ownGroup(s.code)}  ${count(s.households)} ${t('card.households.unit')}`
  })

  // What comes in is assigned to the net in force: that is what has to be seen.
  watch(intake.open, (open) => open && net.then.value && void travel(null))

  /** Places of the file that was previewed. For some of them a line leads to where they would lie in a wrong datum. */
  const incoming = computed<MapView['incoming']>(() => {
    const places = intake.open.value && !intake.imported.value ? (intake.job.value?.places ?? []) : []
    const every = Math.ceil(places.length / 200)
    return places.map(({ lon, lat, crs, inside }, i) => ({
      at: toCGCS2000(crs, [lon, lat]),
      inside,
      wrong: i % every === 0 ? toCGCS2000(mistaken[crs], [lon, lat]) : null,
    }))
  })
  watch(incoming, (places, before) => {
    if (places.length === 0 || before.length > 0) return
    const inside = places.filter((p) => p.inside)
    const seen = inside.length > 0 ? inside : places
    const [lons, lats] = [seen.map((p) => p.at[0]), seen.map((p) => p.at[1])]
    map.value?.fit([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)], { maxZoom: 16 })
  })

  const drawnChanges = computed(() => {
    const today = net.present.value?.tiles?.net
    const grids = difference.changes.value?.list.filter((c) => c.level === 'grid')
    if (!today || !grids || grids.length === 0) return null
    const codes = (is: (c: Change) => boolean) => grids.filter(is).map((c) => c.code)
    const [gone, born] = [codes((c) => c.fate === 'gone'), codes((c) => c.fate === 'born')]
    const moved = codes((c) => c.shape)
    return { today, gone, born, bordersThen: [...gone, ...moved], bordersToday: [...born, ...moved] }
  })

  /** Of a place that no grid holds, the grid that is nearest: the map points to it. */
  const nearest = computed(() => (asked.value?.answer && !asked.value.answer.inside ? asked.value.answer.nearest?.code : undefined))

  /** Points are those of now: beside the net of another time they are not shown, nor under the places of a file that is looked at. */
  const shownPoints = computed<MapView['points']>(() => {
    const { kinds, marks, version } = points
    if (!version.value || net.then.value || incoming.value.length > 0) return null
    const shown = kinds.value.map((k) => k.kind).filter((kind) => !hiddenKinds.value.has(kind))
    if (shown.length === 0) return null
    return { version: version.value, kinds: shown.length === kinds.value.length ? null : shown, marks: marks.value }
  })

  const view = computed<MapView>(() => {
    const d = net.district.value
    const s = marked.value
    const place = picked.value?.point?.place ?? null
    const p = position.state.value
    const found = p.is === 'found' ? p : null
    const wall = kiosk.value ? Math.max(1, innerHeight / 1080) : 1
    return {
      theme: theme.value,
      district: d && { code: d.code, bounds: d.bounds, tiles: d.tiles ?? { net: String(d.release) } },
      hidden: hidden.value,
      changes: drawnChanges.value,
      incoming: incoming.value,
      selected: s && { level: s.level as MapLevel, code: s.code, label: s.label, flag: flag.value },
      points: shownPoints.value,
      building: area.value && levelOf(area.value) === 'building' ? area.value : null,
      chosenPoint: place && { lon: place[0], lat: place[1] },
      touched: found?.answer.circle?.flatMap((c) => (c.code ? [c.code] : [])) ?? (nearest.value ? [nearest.value] : []),
      position: found && found.fix,
      asked: asked.value?.at ?? null,
      scale: kiosk.value ? 1.35 * wall : 1,
      lettering: kiosk.value ? { by: 1.6 * wall, least: 28 * wall } : { by: 1, least: 0 },
      words: { households: ` ${t('card.households.unit')}` },
    }
  })

  function toggleLayer(group: LayerGroup): void {
    const next = new Set(hidden.value)
    if (!next.delete(group)) next.add(group)
    hidden.value = next
  }

  function toggleTable(): void {
    const below: Record<string, TableLevel> = { district: 'town', town: 'community', community: 'grid', grid: 'grid', building: 'building' }
    table.value = table.value ? null : (below[subject.value?.level ?? 'district'] ?? 'grid')
  }

  function switchTheme(): void {
    const to = nextTheme()
    setTheme(to)
    chosenTheme.value = to
    remember('theme', to)
    say(t('app.theme', { theme: t(`theme.${to}`) }))
  }

  function switchLanguage(): void {
    const to = language.value === 'en' ? 'zh-CN' : 'en'
    setLanguage(to)
    chosenLanguage.value = to
    remember('lang', to)
    if (area.value) void load(area.value)
  }

  function toggleKind(kind: string): void {
    const next = new Set(hiddenKinds.value)
    if (!next.delete(kind)) next.add(kind)
    hiddenKinds.value = next
  }

  return {
    points, picked, stack, hiddenKinds, pick, know, pile, toggleKind,
    cameraSaid, net, position, area, subject, problem, asked, index, hidden, table, kiosk, map, view, choosingTime, arrived, difference, intake,
    start, choose, ask, forget, up, travel, goTo, link, findMe, toggleLayer, toggleTable, switchTheme, switchLanguage,
  }
}

export type Explorer = ReturnType<typeof createExplorer>
export const explorerKey: InjectionKey<Explorer> = Symbol('explorer')

export function useExplorer(): Explorer {
  const explorer = inject(explorerKey)
  if (!explorer) throw new Error('no explorer above this component')
  return explorer
}
