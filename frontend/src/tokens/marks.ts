/**
 * Marks of points: a shape and a colour for each kind. Shapes are the sign that does not need colour; the same paths are drawn on the map
 * (canvas) and in the page (SVG), on a grid of 24 × 24.
 */
export const shapes = [
  'M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17Z', // disc
  'M4.5 4.5h15v15h-15Z', // square
  'M12 3L21.5 20H2.5Z', // triangle
  'M9 3h6v6h6v6h-6v6H9v-6H3V9h6Z', // cross
  'M12 2.5L21 9.2L17.6 20H6.4L3 9.2Z', // pentagon
  'M2.5 4H21.5L12 21Z', // triangle on its tip
] as const

/** Number of colours, as in the themes. */
export const colours = 4

/** How many kinds are told apart; further ones share a mark. */
export const marks = 12

export const shapeOf = (mark: number): string => shapes[mark % shapes.length] ?? shapes[0]
export const colourOf = (mark: number): number => mark % colours

/**
 * The mark of each of some kinds: of different shapes while there are, then of different colours too. A kind has the same mark wherever it can:
 * its name alone says which it would like, and the first by name has it where two would.
 */
export function marksOf(kinds: readonly string[]): ReadonlyMap<string, number> {
  const out = new Map<string, number>()
  const taken = new Set<number>()
  for (const kind of [...kinds].sort()) {
    let mark = wish(kind)
    const free = (m: number) => (taken.size < shapes.length ? ![...taken].some((other) => other % shapes.length === m % shapes.length) : !taken.has(m))
    for (let i = 0; i < marks && !free(mark); i++) mark = (mark + 1) % marks
    taken.add(mark)
    out.set(kind, mark)
  }
  return out
}

/** FNV-1a of the name. */
function wish(kind: string): number {
  let h = 0x811c9dc5
  for (const c of kind) h = Math.imul(h ^ (c.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return h % marks
}
