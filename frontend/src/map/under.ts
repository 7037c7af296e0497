import type { Map, MapGeoJSONFeature, Point } from 'maplibre-gl'
import type { MapLevel } from './layers'
import { facesOf, mapLevels, sources } from './layers'

/** What the reader points at. Places are CGCS2000 degrees. */
export type Under =
  | { is: 'point'; kind: string; id: string; lon: number; lat: number }
  /** Points that stand close together; they part at `zoom`, which is 19 for those of one place. */
  | { is: 'cluster'; count: number; zoom: number; kinds: [kind: string, count: number][]; lon: number; lat: number }
  | { is: 'building'; code: string; name: string }
  | { is: 'face'; level: MapLevel; code: string; name: string }

/** Layers that can be pointed at. */
const layers = ['cluster-disc', 'point-mark', 'building-hover', ...mapLevels.map((level) => `hover-${level}`)]

/** A mark is small: this many pixels beside it still mean it. */
const reach = (coarse: boolean) => (coarse ? 10 : 3)

/** What lies under a place of the screen: a mark near it before what it lies in. */
export function under(map: Map, at: Point, coarse: boolean): Under | null {
  const there = layers.filter((id) => map.getLayer(id))
  const marks = there.filter((id) => id === 'cluster-disc' || id === 'point-mark')
  const r = reach(coarse)
  const near = marks.length > 0 ? map.queryRenderedFeatures([[at.x - r, at.y - r], [at.x + r, at.y + r]], { layers: marks }) : []
  const mark = nearest(map, at, near)
  if (mark) return describe(mark)
  const areas = there.filter((id) => id !== 'cluster-disc' && id !== 'point-mark')
  const found = areas.length > 0 ? map.queryRenderedFeatures(at, { layers: areas }) : []
  // A building lies in a grid, and is what is pointed at though the grid is drawn over it.
  const what = found.find((f) => f.source === sources.buildings) ?? found[0]
  return what ? describe(what) : null
}

function nearest(map: Map, at: Point, features: MapGeoJSONFeature[]): MapGeoJSONFeature | undefined {
  const far = (f: MapGeoJSONFeature) => {
    const [lon, lat] = placeOf(f)
    return map.project([lon, lat]).dist(at)
  }
  return features.reduce<MapGeoJSONFeature | undefined>((best, f) => (best && far(best) <= far(f) ? best : f), undefined)
}

function placeOf(f: MapGeoJSONFeature): [number, number] {
  return f.geometry.type === 'Point' ? [f.geometry.coordinates[0] ?? NaN, f.geometry.coordinates[1] ?? NaN] : [NaN, NaN]
}

const kindKey = 'kind:'

function describe(f: MapGeoJSONFeature): Under | null {
  const p = f.properties as Record<string, string & number>
  const text = (key: string): string => p[key] ?? ''
  const [lon, lat] = placeOf(f)
  if (f.source === sources.points && f.sourceLayer === 'points') return { is: 'point', kind: text('kind'), id: text('id'), lon, lat }
  if (f.source === sources.points) {
    const kinds = Object.entries(p).flatMap(([k, n]): [string, number][] => (k.startsWith(kindKey) ? [[k.slice(kindKey.length), Number(n)]] : []))
    return { is: 'cluster', count: Number(p['count']), zoom: Number(p['zoom']), kinds: kinds.sort((a, b) => b[1] - a[1]), lon, lat }
  }
  if (f.source === sources.buildings) return { is: 'building', code: text('code'), name: text('address') || text('name') }
  const level = mapLevels.find((l) => facesOf[l] === f.sourceLayer)
  return level ? { is: 'face', level, code: text('code'), name: text('name') } : null
}
