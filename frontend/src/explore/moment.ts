/** The time whose net is shown: a moment (RFC 3339, UTC) or a release by its number. */
export type Moment = { at: string } | { release: number }

/** Days and hours of a district are those of Beijing, wherever the reader is (UTC+8, without summer time since 1991). */
const zone = 'Asia/Shanghai'
const offset = '+08:00'

const iso = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')

/** Reads what a link says of the time. A day alone is its beginning. null: nothing, or nothing that can be understood. */
export function readMoment(at: string | null, release: string | null): Moment | null {
  if (at) {
    const whole = /^\d{4}-\d{2}-\d{2}$/.test(at) ? `${at}T00:00:00${offset}` : at
    const time = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(whole) ? Date.parse(whole) : NaN
    // Browsers roll 31 February over to March.
    const day = Date.parse(`${whole.slice(0, 10)}T00:00:00Z`)
    return Number.isNaN(time) || Number.isNaN(day) || iso(day).slice(0, 10) !== whole.slice(0, 10) ? null : { at: iso(time) }
  }
  const n = Number(release)
  return Number.isInteger(n) && n > 0 && n < 2 ** 31 ? { release: n } : null
}

/** The moment of a day (yyyy-mm-dd) and a time of day (hh:mm; '' is the beginning of the day); null where they are none. */
export function momentOf(day: string, time: string): Moment | null {
  return readMoment(`${day}T${time || '00:00'}:00${offset}`, null)
}

/** Day and time of day of a moment, as fields of a form take them. */
export function fieldsOf(time: string | Date): { day: string; time: string } {
  const text = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: zone }).format(new Date(time))
  const [day = '', hours = ''] = text.split(' ')
  return { day, time: hours }
}

export interface Span {
  from: string
  to: string | null
}

/** A release as the list of them shows it: how often it was in force, and whether it is now. */
export function standing(spans: readonly Span[], now: Date): 'now' | 'past' | 'never' {
  const in_force = (s: Span) => Date.parse(s.from) <= now.getTime() && (s.to === null || now.getTime() < Date.parse(s.to))
  if (spans.some(in_force)) return 'now'
  return spans.length > 0 ? 'past' : 'never'
}
