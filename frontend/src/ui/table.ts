/** A column: `value` is what it sorts by and, without a slot, what it shows. */
export interface Column<R> {
  key: string
  label: string
  figure?: boolean
  value: (row: R) => string | number | undefined
}

/** The rows by a column; rows without a value stand at the end in both directions; equal ones keep the order of their codes. */
export function sorted<R extends { code: string }>(rows: R[], column: Column<R> | undefined, down: boolean): R[] {
  if (!column) return rows
  const collator = new Intl.Collator('zh-CN-u-co-pinyin', { numeric: true })
  return [...rows].sort((a, b) => {
    const [x, y] = [column.value(a), column.value(b)]
    if (x === undefined || y === undefined) return x === y ? order(a, b) : x === undefined ? 1 : -1
    const by = typeof x === 'number' && typeof y === 'number' ? x - y : collator.compare(String(x), String(y))
    return by === 0 ? order(a, b) : down ? -by : by
  })
}

const order = (a: { code: string }, b: { code: string }) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)

/** RFC 4180, with the byte order mark that Excel needs to read UTF-8. Cells that a spreadsheet would run as a formula are quoted. */
export function csv<R>(columns: Column<R>[], rows: R[]): string {
  const cell = (v: string | number | undefined) => {
    const text = v === undefined ? '' : String(v)
    const safe = typeof v === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  const lines = [columns.map((c) => c.label), ...rows.map((r) => columns.map((c) => c.value(r)))]
  return '\uFEFF' + lines.map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n'
}
