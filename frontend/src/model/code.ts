// The one code set (一套编码): a code's length says what it names, its prefix where it was born.

/** Levels that have codes, from coarse to fine. */
export type Level = 'district' | 'town' | 'community' | 'grid' | 'building' | 'cell' | 'unit' | 'room'

interface Form {
  digits: number
  within: Level | null // the level whose code a code of this level begins with
}

// A building's code begins with its community's, not with a grid's, so that redrawing grids changes no building.
const forms: Record<Level, Form> = {
  district: { digits: 6, within: null },
  town: { digits: 9, within: 'district' },
  community: { digits: 12, within: 'town' },
  grid: { digits: 15, within: 'community' },
  building: { digits: 17, within: 'community' },
  cell: { digits: 18, within: 'grid' },
  unit: { digits: 19, within: 'building' },
  room: { digits: 23, within: 'unit' },
}

/** The level that a code of this form names; null for anything that is no code. */
export function levelOf(code: string): Level | null {
  if (!/^[0-9]+$/.test(code)) return null
  for (const level of Object.keys(forms) as Level[]) {
    if (forms[level].digits === code.length) return level
  }
  return null
}

/** The prefix of a code that names its ancestor (or itself) at a level; null where there is none. */
export function codeAt(code: string, level: Level): string | null {
  for (let k = levelOf(code); k; k = forms[k].within) {
    if (k === level) return code.slice(0, forms[k].digits)
  }
  return null
}

/** The codes of everything that a code lies in, from the district down, without itself. */
export function ancestors(code: string): string[] {
  const all: string[] = []
  const own = levelOf(code)
  for (let k = own && forms[own].within; k; k = forms[k].within) all.unshift(code.slice(0, forms[k].digits))
  return all
}
