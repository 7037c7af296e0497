import type { Theme } from '@/tokens/theme'
import type { LayerGroup, MapLevel } from './layers'

/** Everything that a map shows: the style is a pure function of it. Places are CGCS2000 degrees. */
export interface MapView {
  theme: Theme
  /** The district drawn, with the revision of each tile set that it has; null draws an empty sheet. */
  district: { code: string; bounds: [number, number, number, number]; tiles: Partial<Record<TileSet, string>> } | null
  hidden: ReadonlySet<LayerGroup>
  /** While an earlier net is drawn: the revision of today's, and the codes of grids that differ. */
  changes: Changes | null
  selected: Selected | null
  /** The reported points: those of some kinds or (null) of all, and the mark of each kind; null: none are shown. */
  points: { version: string; kinds: readonly string[] | null; marks: ReadonlyMap<string, number> } | null
  /** Code of the chosen building. */
  building: string | null
  /** Where the chosen point is. */
  chosenPoint: { lon: number; lat: number } | null
  /** Grids that the accuracy circle touches. */
  touched: readonly string[]
  /** Where the reader is, with the radius of uncertainty in metres. */
  position: { lon: number; lat: number; accuracy: number } | null
  /** Places of a file that is not stored yet: whether they lie in the net, and where they would lie in a wrong datum. */
  incoming: readonly { at: readonly [number, number]; inside: boolean; wrong: readonly [number, number] | null }[]
  /** The place that was asked about. */
  asked: { lon: number; lat: number } | null
  /** Line widths are multiplied by it: 1 at a desk, more for readers far away. */
  scale: number
  /** Lettering is multiplied by `by`, and is never smaller than `least` px. */
  lettering: { by: number; least: number }
  words: { households: string }
}

export type TileSet = 'net' | 'base' | 'buildings'

/** The selected face and the flag at its label point. */
export interface Selected {
  level: MapLevel
  code: string
  label: [number, number]
  flag: string
}

/** Grids that are not the same in the net that is drawn and in today's. */
export interface Changes {
  today: string
  gone: readonly string[]
  born: readonly string[]
  /** Those whose border is drawn as it was then, and as it is today. */
  bordersThen: readonly string[]
  bordersToday: readonly string[]
}
