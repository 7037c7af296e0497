import { ancestors } from '@/model/code'

/** The groups of a code: 6·3·3·3 for a grid, 6·3·3·5 for a building, which is born in a community. */
export function codeGroups(code: string): string[] {
  const cuts = [...ancestors(code).map((a) => a.length), code.length]
  return cuts.map((cut, i) => code.slice(cuts[i - 1] ?? 0, cut))
}

/** The own group of a code: the serial of a grid, the last three digits of a division. */
export const ownGroup = (code: string): string => codeGroups(code).at(-1) ?? code

/** The code one level up, or null above the district. */
export const parentCode = (code: string): string | null => ancestors(code).at(-1) ?? null
