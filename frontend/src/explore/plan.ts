import type { PointRole, UploadLook, UploadPlan } from '@/api/uploads'
import type { Datum } from '@/model/crs'
import { toCGCS2000 } from '@/model/crs'

/** What a person settles about a file of points before it is read. null: not chosen yet. */
export interface Draft {
  kind: string
  columns: Partial<Record<PointRole, string>>
  /** A datum, `stated` for that of the file, `rows` for a column that says it. Never chosen for anybody. */
  crs: Datum | 'stated' | 'rows' | null
  dates: '' | 'mdy' | 'dmy'
  /** Whether columns without a role are kept as attributes. */
  attributes: boolean
  encoding: string
  layer: string
  delimiter: string
}

export const roles: PointRole[] = ['id', 'kind', 'at', 'lon', 'lat', 'crs', 'accuracy_m']

/** A draft with the columns that are known by their header. The datum is left to a person. */
export function draftOf(look: UploadLook, reading: Pick<Draft, 'encoding' | 'layer' | 'delimiter'>): Draft {
  const columns: Draft['columns'] = {}
  for (const g of look.guesses) if (g.sure) columns[g.role] = g.column
  return { kind: '', columns, crs: null, dates: look.dates as Draft['dates'], attributes: true, ...reading }
}

const kebab = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** What is still missing before the file can be read, in the order of the form. */
export function missing(draft: Draft, look: UploadLook): ('id' | 'kind' | 'kind-form' | 'place' | 'crs' | 'resident')[] {
  const { columns } = draft
  const out: ReturnType<typeof missing> = []
  if (!columns.id && !look.own_ids) out.push('id')
  if (!columns.kind && draft.kind === '') out.push('kind')
  else if (!columns.kind && !kebab.test(draft.kind)) out.push('kind-form')
  if (look.table && (!columns.lon || !columns.lat)) out.push('place')
  if (draft.crs === null || (draft.crs === 'rows' && !columns.crs) || (draft.crs === 'stated' && !look.crs)) out.push('crs')
  if (draft.kind === 'resident' && draft.attributes && rest(draft, look).length > 0) out.push('resident')
  return out
}

/** Columns without a role. */
export function rest(draft: Draft, look: UploadLook): string[] {
  const used = new Set(Object.values(draft.columns))
  return look.columns.filter((c) => !used.has(c))
}

/** The plan as the server takes it. What the file states is overruled only by a person who chose another datum. */
export function planOf(draft: Draft, look: UploadLook, district: string): UploadPlan {
  const columns: Record<string, string> = {}
  for (const role of roles) {
    const column = draft.columns[role]
    if (column && !(role === 'crs' && draft.crs !== 'rows')) columns[role] = column
  }
  const named = draft.crs !== null && draft.crs !== 'stated' && draft.crs !== 'rows' ? draft.crs : ''
  return {
    district,
    columns,
    ...(columns.kind ? {} : { kind: draft.kind }),
    ...(named ? { crs: look.crs ? `${named}!` : named } : {}),
    ...(draft.dates ? { dates: draft.dates } : {}),
    ...(draft.attributes ? {} : { attributes: [] }),
    ...(draft.encoding ? { encoding: draft.encoding } : {}),
    ...(draft.layer ? { layer: draft.layer } : {}),
    ...(draft.delimiter ? { delimiter: draft.delimiter } : {}),
  }
}

/** The first place of a table, as its numbers stand; null where none can be read. */
export function firstPlace(draft: Draft, look: UploadLook): [number, number] | null {
  const [i, j] = [look.columns.indexOf(draft.columns.lon ?? ''), look.columns.indexOf(draft.columns.lat ?? '')]
  if (i < 0 || j < 0) return null
  for (const row of look.rows) {
    const [lon, lat] = [Number(row[i] || NaN), Number(row[j] || NaN)]
    if (Math.abs(lon) <= 180 && Math.abs(lat) <= 90) return [lon, lat]
  }
  return null
}

/** How many metres a place is off if its numbers are taken to be of another datum. */
export function shift(place: readonly [number, number], as: Datum, instead: Datum): number {
  const [a, b] = [toCGCS2000(as, [place[0], place[1]]), toCGCS2000(instead, [place[0], place[1]])]
  const metre = 111_320 // a degree of latitude
  return Math.hypot((a[0] - b[0]) * metre * Math.cos((a[1] * Math.PI) / 180), (a[1] - b[1]) * metre)
}

/** The datum with which one is taken for another most often. */
export const mistaken: Record<Datum, Datum> = { cgcs2000: 'gcj02', wgs84: 'gcj02', gcj02: 'wgs84', bd09: 'gcj02' }
