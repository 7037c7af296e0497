import type { PatternName } from '@/tokens/patterns'
import { colourOf, marks, shapeOf } from '@/tokens/marks'
import { isCategory, patterns, tileSize } from '@/tokens/patterns'
import type { Theme } from '@/tokens/theme'
import { patternOf, themes } from '@/tokens/theme'

/**
 * Images of the map, drawn on a canvas instead of fetched. An id is NAME@THEME: a category, `outside`, `move`, `flag`, or `mark` and its number.
 */
export const imageId = (name: string, theme: Theme) => `${name}@${theme}`

export interface MapImage {
  data: ImageData
  options: { pixelRatio: number; stretchX?: [number, number][]; stretchY?: [number, number][]; content?: [number, number, number, number] }
}

const ratio = 2

function canvas(size: number, draw: (c: CanvasRenderingContext2D) => void): ImageData {
  const element = document.createElement('canvas')
  element.width = element.height = size * ratio
  const c = element.getContext('2d', { willReadFrequently: true })
  if (!c) throw new Error('no 2D canvas')
  c.scale(ratio, ratio)
  draw(c)
  return c.getImageData(0, 0, size * ratio, size * ratio)
}

function tile(name: PatternName, ink: string, width: number, ground?: string): ImageData {
  const pattern: { path: string; fill?: boolean; weight?: number } = patterns[name]
  return canvas(tileSize, (c) => {
    if (ground) {
      c.fillStyle = ground
      c.fillRect(0, 0, tileSize, tileSize)
    }
    const path = new Path2D(pattern.path)
    c.fillStyle = c.strokeStyle = ink
    c.lineWidth = width * (pattern.weight ?? 1)
    if (pattern.fill) c.fill(path)
    else c.stroke(path)
  })
}

/** The plate behind the number of the selected grid: stretches with its text. */
function flag(fill: string, edge: string): ImageData {
  return canvas(24, (c) => {
    c.beginPath()
    c.roundRect(0.75, 0.75, 22.5, 22.5, 4.5)
    c.fillStyle = fill
    c.fill()
    c.strokeStyle = edge
    c.lineWidth = 1.5
    c.stroke()
  })
}

/** The mark of a kind of points, on a rim that parts it from what lies under it. */
function mark(n: number, ink: string, rim: string): ImageData {
  return canvas(28, (c) => {
    c.translate(2, 2)
    const path = new Path2D(shapeOf(n))
    c.lineJoin = 'round'
    c.lineWidth = 4
    c.strokeStyle = rim
    c.stroke(path)
    c.fillStyle = ink
    c.fill(path)
  })
}

const markNames = Array.from({ length: marks }, (_, n) => `mark${n}`)

/** Ids of every image that a style of this theme uses. */
export const imageIds = (theme: Theme): string[] => ['outside', 'flag', 'move', ...markNames, ...Object.keys(patternOf)].map((name) => imageId(name, theme))

/** The image of an id, or null for an id that is not one of ours. */
export function drawImage(id: string): MapImage | null {
  const [name, theme] = id.split('@') as [string, Theme]
  const palette = themes[theme]
  if (!palette) return null
  if (name === 'outside') return { data: tile('hatch', palette.map.hatch, 1, palette.map.outside), options: { pixelRatio: ratio } }
  if (name === 'move') return { data: tile('diag', palette.difference.move, 1.6), options: { pixelRatio: ratio } }
  if (name === 'flag') {
    return {
      data: flag(palette.text, palette.raised),
      options: { pixelRatio: ratio, stretchX: [[14, 34]], stretchY: [[14, 34]], content: [4, 4, 44, 44] },
    }
  }
  if (markNames.includes(name)) {
    const n = Number(name.slice('mark'.length))
    return { data: mark(n, palette.mark[colourOf(n)] ?? palette.text, palette.surface), options: { pixelRatio: ratio } }
  }
  if (!isCategory(name)) return null
  const width = theme === 'contrast' ? 1.6 : 1.3
  return { data: tile(patternOf[name], palette.category[name], width), options: { pixelRatio: ratio } }
}
