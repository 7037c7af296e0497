/** The groups of a code: 6·3·3·3, and for what lies in a community 5 (building) or in a grid 3 (cell). */
export function codeGroups(code: string): string[] {
  const cuts = code.length === 17 ? [6, 9, 12, 17] : [6, 9, 12, 15, 18]
  const groups: string[] = []
  let from = 0
  for (const to of cuts) {
    if (from >= code.length) break
    groups.push(code.slice(from, to))
    from = to
  }
  return groups
}

const levels = { 6: 'district', 9: 'town', 12: 'community', 15: 'grid', 17: 'building' } as const
type Level = (typeof levels)[keyof typeof levels]

/** What a code names, by its length; null for a length that names nothing here. */
export function levelOf(code: string): Level | null {
  return /^\d+$/.test(code) ? (levels[code.length as keyof typeof levels] ?? null) : null
}

/** The own group of a code: the serial of a grid, the last three digits of a division. */
export const ownGroup = (code: string): string => codeGroups(code).at(-1) ?? code

/** The code one level up, or null above the district. A building lies in a community by its code. */
export function parentCode(code: string): string | null {
  const groups = codeGroups(code)
  return groups.length > 1 ? groups.slice(0, -1).join('') : null
}
