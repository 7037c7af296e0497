/** Ids of sources and layers, and the order of layers: the only place that names them. */

export const sources = {
  net: 'net',
  today: 'today',
  base: 'base',
  buildings: 'buildings',
  points: 'points',
  accuracy: 'accuracy',
  places: 'places',
  flag: 'flag',
  incoming: 'incoming',
} as const

/** Levels that a map can hover and pick, coarse first. */
export const mapLevels = ['district', 'town', 'community', 'grid'] as const
export type MapLevel = (typeof mapLevels)[number]

/** Source layer of the tile set `net` that holds the faces of a level. */
export const facesOf: Record<MapLevel, string> = { district: 'districts', town: 'towns', community: 'communities', grid: 'grids' }

/** Zoom from which each level is the one that is hovered and picked. */
/** Zoom from which a click means the building under it. */
export const pickBuildingFrom = 16.5

export const pickFrom: Record<MapLevel, number> = { district: 0, town: 8.5, community: 11, grid: 12.6 }

/** The level that a click means at a zoom. */
export function levelAt(zoom: number): MapLevel {
  return mapLevels.findLast((level) => zoom >= pickFrom[level]) ?? 'district'
}

/** Every layer, from the bottom to the top. */
export const order = [
  'outside',
  'land',
  'lot',
  'green',
  'water',
  'shore',
  'stream',
  'rail',
  'rail-gap',
  'street-minor-case',
  'street-main-case',
  'street-lane',
  'street-minor',
  'street-main',
  'wash',
  'pattern',
  'building',
  'building-hover',
  'grid-case',
  'community-case',
  'town-case',
  'district-band',
  'grid',
  'community',
  'town',
  'district',
  'knot',
  'gone-hatch',
  'born-hatch',
  'today-case',
  'today-line',
  'then-line',
  'hover-district',
  'hover-town',
  'hover-community',
  'hover-grid',
  'hover-district-line',
  'hover-town-line',
  'hover-community-line',
  'hover-grid-line',
  'touched-case',
  'touched-line',
  'chosen-building-fill',
  'chosen-building-line',
  'selected-fill',
  'selected-case',
  'selected-line',
  'accuracy-fill',
  'accuracy-line',
  'house-number',
  'street-label',
  'grid-label',
  'community-label',
  'town-label',
  'district-label',
  'point-mark',
  'cluster-disc',
  'cluster-count',
  'chosen-point',
  'incoming-shift',
  'incoming-out',
  'incoming-in',
  'asked-point',
  'position-ring',
  'position-dot',
  'flag',
] as const

export type LayerId = (typeof order)[number]

/** What a reader can switch off, and which layers go with it. */
export const groups = {
  streets: ['rail', 'rail-gap', 'street-minor-case', 'street-main-case', 'street-lane', 'street-minor', 'street-main', 'street-label'],
  ground: ['lot', 'green', 'water', 'shore', 'stream'],
  buildings: ['building', 'building-hover', 'house-number'],
  points: ['point-mark', 'cluster-disc', 'cluster-count'],
  categories: ['wash', 'pattern'],
  names: ['district-label', 'town-label', 'community-label'],
  numbers: ['grid-label'],
  knots: ['knot'],
  changes: ['gone-hatch', 'born-hatch', 'today-case', 'today-line', 'then-line'],
} as const satisfies Record<string, readonly LayerId[]>

export type LayerGroup = keyof typeof groups
export const groupNames = Object.keys(groups) as LayerGroup[]
