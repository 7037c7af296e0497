import type { FilterSpecification } from 'maplibre-gl'
import type { LayerId, MapLevel } from './layers'
import { facesOf, mapLevels, pickFrom, sources } from './layers'
import type { Ink, Layer } from './style'
import { zoom } from './zoom'

const joined = { 'line-join': 'round' } as const
const nothing: FilterSpecification = ['==', ['literal', 1], 0]

/** The wash of a selected division grows weaker with its size: a whole district is never tinted. */
const wash: Record<MapLevel, number> = { grid: 0.16, community: 0.1, town: 0.05, district: 0 }

/** States of the net: hovered, touched by the circle of accuracy, selected; and the places on it. */
export function markLayers({ view, colour, contrast }: Ink): Layer[] {
  const { map } = colour
  const s = view.scale
  const { selected } = view
  const chosen = {
    source: sources.net,
    'source-layer': facesOf[selected?.level ?? 'grid'],
    // A selected district is the whole map: there is nothing to tell it from.
    filter: selected && selected.level !== 'district' ? (['==', ['get', 'code'], selected.code] as FilterSpecification) : nothing,
  }
  const touched = {
    type: 'line',
    source: sources.net,
    'source-layer': facesOf.grid,
    layout: joined,
    filter: ['in', ['get', 'code'], ['literal', view.touched.filter((code) => code !== selected?.code)]] as FilterSpecification,
  } as const
  const building = {
    source: sources.buildings,
    'source-layer': 'buildings',
    minzoom: 14.2,
    filter: ['==', ['get', 'code'], view.building ?? ''] as FilterSpecification,
  }
  const isPoint = (what: string): FilterSpecification => ['==', ['get', 'is'], what]
  return [
    ...mapLevels.flatMap((level): Layer[] => hover(level, map.hover, contrast)),
    { ...touched, id: 'touched-case', paint: { 'line-color': map.selectCase, 'line-width': 7 * s } },
    { ...touched, id: 'touched-line', paint: { 'line-color': map.select, 'line-width': 2.6 * s, 'line-dasharray': [2.2, 1.4] } },
    {
      ...building,
      id: 'chosen-building-fill',
      type: 'fill',
      paint: { 'fill-color': colour.accent, 'fill-opacity': contrast ? 0 : 0.35 },
    },
    { ...building, id: 'chosen-building-line', type: 'line', layout: joined, paint: { 'line-color': map.select, 'line-width': zoom([14, 1.5, 18, 3], s) } },
    {
      ...chosen,
      id: 'selected-fill',
      type: 'fill',
      paint: { 'fill-color': colour.accent, 'fill-opacity': contrast ? 0 : wash[selected?.level ?? 'grid'] },
    },
    {
      ...chosen,
      id: 'selected-case',
      type: 'line',
      layout: joined,
      paint: { 'line-color': map.selectCase, 'line-width': zoom([9, 4.4, 12, 6, 16, 9, 18, 11], s) },
    },
    {
      ...chosen,
      id: 'selected-line',
      type: 'line',
      layout: joined,
      paint: { 'line-color': map.select, 'line-width': zoom([9, 2, 12, 2.6, 16, 4, 18, 5], s) },
    },
    { id: 'accuracy-fill', type: 'fill', source: sources.accuracy, paint: { 'fill-color': colour.accent, 'fill-opacity': 0.14 } },
    { id: 'accuracy-line', type: 'line', source: sources.accuracy, paint: { 'line-color': colour.accent, 'line-width': 1.5 } },
    {
      id: 'chosen-point',
      type: 'circle',
      source: sources.places,
      filter: isPoint('chosen'),
      paint: { 'circle-radius': 15 * s, 'circle-opacity': 0, 'circle-stroke-color': map.select, 'circle-stroke-width': 3 * s },
    },
    {
      id: 'asked-point',
      type: 'circle',
      source: sources.places,
      filter: isPoint('asked'),
      paint: { 'circle-radius': 4, 'circle-color': map.selectCase, 'circle-stroke-color': map.select, 'circle-stroke-width': 2.5 },
    },
    {
      id: 'position-ring',
      type: 'circle',
      source: sources.places,
      filter: isPoint('position'),
      paint: { 'circle-radius': 11, 'circle-color': colour.raised, 'circle-stroke-color': colour.accent, 'circle-stroke-width': 2 },
    },
    {
      id: 'position-dot',
      type: 'circle',
      source: sources.places,
      filter: isPoint('position'),
      paint: { 'circle-radius': 6.5, 'circle-color': colour.accent },
    },
  ]
}

function hover(level: MapLevel, colour: string, contrast: boolean): Layer[] {
  const next = mapLevels[mapLevels.indexOf(level) + 1]
  const on = (value: number): ['case', ['boolean', ['feature-state', 'hover'], false], number, 0] => [
    'case',
    ['boolean', ['feature-state', 'hover'], false],
    value,
    0,
  ]
  const faces = {
    source: sources.net,
    'source-layer': facesOf[level],
    minzoom: pickFrom[level],
    ...(next ? { maxzoom: pickFrom[next] } : {}),
  }
  const id: LayerId = `hover-${level}`
  const line: LayerId = `hover-${level}-line`
  return [
    { ...faces, id, type: 'fill', paint: { 'fill-color': colour, 'fill-opacity': on(contrast ? 0.16 : 0.08) } },
    { ...faces, id: line, type: 'line', layout: joined, paint: { 'line-color': colour, 'line-width': 2, 'line-opacity': on(1) } },
  ]
}
