import type { Category } from './theme'
import { patternOf } from './theme'

/**
 * Pattern tiles of 16 × 16 CSS px that join at their edges: the second sign of a category. The same paths are drawn on the
 * map (canvas) and in the page (SVG). `fill` patterns are filled, the others stroked; `weight` scales the stroke.
 */
export interface Pattern {
  path: string
  fill?: boolean
  weight?: number
}

export const tileSize = 16

const circle = (x: number, y: number, r: number) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`

export const patterns = {
  none: { path: '' },
  rows: { path: 'M1 4h5M9 12h5' },
  saw: { path: 'M0 11L5 6V11L10 6V11L15 6V11' },
  vert: { path: 'M4 0V16M12 0V16' },
  dots: { path: circle(4, 4, 1.8) + circle(12, 12, 1.4), fill: true },
  horiz: { path: 'M0 4H16M0 12H16' },
  plus: { path: 'M1.5 5h7M5 1.5v7M10.5 13h5M13 10.5v5' },
  diag: { path: 'M-4 12L12 -4M-4 20L20 -4M4 20L20 4' },
  cross: { path: 'M-2 10L10 -2M-2 18L18 -2M6 18L18 6M-2 6L10 18M-2 -2L18 18M6 -2L18 10', weight: 0.85 },
  hatch: { path: 'M-4 4L4 -4M-4 20L20 -4M12 20L20 12' },
} as const satisfies Record<string, Pattern>

export type PatternName = keyof typeof patterns

/** Whether a category id of the data has a sign of its own. */
export const isCategory = (id: string | undefined): id is Category => id !== undefined && id in patternOf
