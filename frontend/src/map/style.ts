import type { Feature, FeatureCollection, Geometry } from 'geojson'
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl'
import { mapFontFaces } from '@/tokens/fonts'
import type { Palette } from '@/tokens/theme'
import { themes } from '@/tokens/theme'
import { baseLayers } from './base'
import { changeLayers } from './changes'
import { circle } from './circle'
import { intakeData, intakeLayers } from './intake'
import { labelLayers } from './labels'
import type { LayerId } from './layers'
import { groups, groupNames, order, sources } from './layers'
import { markLayers } from './marks'
import { netLayers } from './net'
import { pointLayers } from './points'
import type { MapView, TileSet } from './view'

/** A layer of ours: its id is one of `order`. */
export type Layer = LayerSpecification & { id: LayerId }

/** What a family of layers is made from. */
export interface Ink {
  view: MapView
  colour: Palette
  contrast: boolean
}

const fontFaces = mapFontFaces()

function collection(features: Feature<Geometry>[]): FeatureCollection {
  return { type: 'FeatureCollection', features }
}

function point(lon: number, lat: number, properties: Record<string, string>): Feature<Geometry> {
  return { type: 'Feature', properties, geometry: { type: 'Point', coordinates: [lon, lat] } }
}

const zooms: Record<TileSet, { minzoom: number; maxzoom: number }> = {
  net: { minzoom: 0, maxzoom: 18 },
  base: { minzoom: 0, maxzoom: 18 },
  buildings: { minzoom: 14, maxzoom: 18 },
}

/** Address template of a tile set's revision: immutable, so a new release is a new address. */
export function tileAddress(origin: string, district: string, set: TileSet, revision: string): string {
  return `${origin}/tiles/${district}/${set}/${revision}/{z}/{x}/{y}.mvt`
}

/** Points follow what is written: one address, asked for again when there is something new. Of some kinds, or (null) of all. */
export function pointAddress(origin: string, district: string, kinds: readonly string[] | null): string {
  return `${origin}/tiles/${district}/points/current/{z}/{x}/{y}.mvt${kinds ? `?kind=${kinds.join(',')}` : ''}`
}

const ids: Record<TileSet, { promoteId?: Record<string, string> }> = {
  net: { promoteId: { districts: 'code', towns: 'code', communities: 'code', grids: 'code' } },
  base: {},
  buildings: { promoteId: { buildings: 'code' } },
}

function styleSources(view: MapView, origin: string): Record<string, SourceSpecification> {
  const out: Record<string, SourceSpecification> = {}
  for (const set of ['net', 'base', 'buildings'] as const) {
    const revision = view.district?.tiles[set]
    if (!view.district || revision === undefined) continue
    out[set] = {
      type: 'vector',
      tiles: [tileAddress(origin, view.district.code, set, revision)],
      bounds: view.district.bounds,
      ...zooms[set],
      ...ids[set],
    }
  }
  if (view.district && view.changes) {
    const tiles = [tileAddress(origin, view.district.code, 'net', view.changes.today)]
    out[sources.today] = { type: 'vector', tiles, bounds: view.district.bounds, ...zooms.net }
  }
  out[sources.incoming] = { type: 'geojson', data: intakeData(view.incoming) }
  const { position, asked, selected, points, chosenPoint } = view
  if (view.district && points) {
    out[sources.points] = { type: 'vector', tiles: [pointAddress(origin, view.district.code, points.kinds)], minzoom: 0, maxzoom: 18 }
  }
  out[sources.accuracy] = {
    type: 'geojson',
    data: collection(position && position.accuracy > 0 ? [circle(position.lon, position.lat, position.accuracy)] : []),
  }
  out[sources.places] = {
    type: 'geojson',
    data: collection([
      ...(asked ? [point(asked.lon, asked.lat, { is: 'asked' })] : []),
      ...(position ? [point(position.lon, position.lat, { is: 'position' })] : []),
      ...(chosenPoint ? [point(chosenPoint.lon, chosenPoint.lat, { is: 'chosen' })] : []),
    ]),
  }
  out[sources.flag] = {
    type: 'geojson',
    data: collection(selected?.flag ? [point(selected.label[0], selected.label[1], { text: selected.flag })] : []),
  }
  return out
}

/** The style of a view. Layers stand in the order of layers.ts; those of a hidden group or without a source are left out. */
export function style(view: MapView, origin: string): StyleSpecification {
  const ink: Ink = { view, colour: themes[view.theme], contrast: view.theme === 'contrast' }
  const all = styleSources(view, origin)
  const hidden = new Set<LayerId>(groupNames.filter((g) => view.hidden.has(g)).flatMap((g) => groups[g]))
  const made = new Map([...baseLayers(ink), ...netLayers(ink), ...changeLayers(ink), ...pointLayers(ink), ...markLayers(ink), ...intakeLayers(ink), ...labelLayers(ink)].map((l) => [l.id, l]))
  const layers = order.flatMap((id) => {
    const layer = made.get(id)
    if (!layer || hidden.has(id) || ('source' in layer && typeof layer.source === 'string' && !(layer.source in all))) return []
    return [layer]
  })
  return { version: 8, 'font-faces': fontFaces, sources: all, layers }
}
