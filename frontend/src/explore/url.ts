import type { Place } from '@/api/locate'
import type { PointKey } from '@/api/points'
import type { LayerGroup } from '@/map/layers'
import { groupNames } from '@/map/layers'
import { levelOf } from '@/model/code'
import { parseDatum } from '@/model/crs'
import type { Language } from '@/ui/i18n'
import { languageOf } from '@/ui/i18n'
import type { Theme } from '@/ui/theme'
import { isTheme } from '@/ui/theme'
import type { Moment } from './moment'
import { readMoment } from './moment'

export const tableLevels = ['town', 'community', 'grid', 'building', 'point', 'outside'] as const
export type TableLevel = (typeof tableLevels)[number]

/** The state of the page as its query says it; the camera is in the hash, which the map keeps. null: not said. */
export interface UrlState {
  /** The chosen division, grid or building, or the chosen district alone. */
  area: string | null
  /** The place that was asked about. */
  point: Place | null
  /** The reported point that was chosen: item=KIND/ID. */
  item: PointKey | null
  hidden: LayerGroup[]
  /** Kinds of points that are not drawn: hide=…,kind:KIND. */
  hiddenKinds: string[]
  theme: Theme | null
  language: Language | null
  kiosk: boolean
  table: TableLevel | null
  /** The time whose net is shown: at=… or release=…; a copied link names the release that was seen. */
  moment: Moment | null
}

function placeOf(text: string | null): Place | null {
  const [lon, lat, datum] = text?.split(',') ?? []
  const crs = parseDatum(datum ?? '')
  if (!lon || !lat || !crs) return null
  const place = { lon: Number(lon), lat: Number(lat), crs }
  return Math.abs(place.lon) <= 180 && Math.abs(place.lat) <= 90 ? place : null
}

const kindKey = 'kind:'
const kebab = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

function itemOf(text: string | null): PointKey | null {
  const cut = text?.indexOf('/') ?? -1
  if (!text || cut < 1 || cut === text.length - 1) return null
  const kind = text.slice(0, cut)
  return kebab.test(kind) ? { kind, id: text.slice(cut + 1) } : null
}

/** Reads a query; what it does not understand it leaves out. */
export function parse(query: string): UrlState {
  const q = new URLSearchParams(query)
  const area = q.get('area')
  const theme = q.get('theme')
  const table = q.get('table')
  const hide = q.get('hide')?.split(',') ?? []
  return {
    area: area && levelOf(area) ? area : null,
    point: placeOf(q.get('point')),
    item: itemOf(q.get('item')),
    hidden: hide.filter((g): g is LayerGroup => (groupNames as string[]).includes(g)),
    hiddenKinds: hide.flatMap((g) => (g.startsWith(kindKey) && kebab.test(g.slice(kindKey.length)) ? [g.slice(kindKey.length)] : [])),
    theme: isTheme(theme) ? theme : null,
    language: q.has('lang') ? languageOf(q.get('lang')) : null,
    kiosk: q.get('kiosk') === '1',
    table: tableLevels.find((level) => level === table) ?? null,
    moment: readMoment(q.get('at'), q.get('release')),
  }
}

/** A degree to the lattice of 1e-7: what lies beyond it is noise of the map. */
const lattice = (degree: number) => Math.round(degree * 1e7) / 1e7

/** An id as a part of a query: what has a meaning there is encoded, the rest stays readable. */
const readable = (text: string) => encodeURIComponent(text).replace(/%(2F|3A|2C)/g, decodeURIComponent)

/** Writes a query, '' or with its question mark: commas and colons stay readable. */
export function format(state: UrlState): string {
  const { point, item, moment } = state
  const hide = [...state.hidden, ...state.hiddenKinds.map((kind) => kindKey + kind)]
  const pairs: [string, string | null][] = [
    ['area', state.area],
    ['point', point && [lattice(point.lon), lattice(point.lat), point.crs].join(',')],
    ['item', item && `${item.kind}/${readable(item.id)}`],
    ['hide', hide.length > 0 ? hide.join(',') : null],
    ['table', state.table],
    ['theme', state.theme],
    ['lang', state.language],
    ['kiosk', state.kiosk ? '1' : null],
    ['at', moment && 'at' in moment ? moment.at : null],
    ['release', moment && 'release' in moment ? String(moment.release) : null],
  ]
  const said = pairs.filter((p): p is [string, string] => p[1] !== null)
  return said.length > 0 ? '?' + said.map(([k, v]) => `${k}=${v}`).join('&') : ''
}
