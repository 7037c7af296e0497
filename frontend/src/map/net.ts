import type { ExpressionSpecification, FilterSpecification } from 'maplibre-gl'
import { patternOf } from '@/tokens/theme'
import { imageId } from './images'
import type { MapLevel } from './layers'
import { sources } from './layers'
import type { Ink, Layer } from './style'
import { zoom } from './zoom'

const round = { 'line-join': 'round', 'line-cap': 'round' } as const
const mitre = { 'line-join': 'round' } as const
const dedicated: FilterSpecification = ['==', ['get', 'kind'], 'dedicated']

/** Hamlets cover the countryside: their pattern is quieter than that of dedicated grids. */
function quieter(stops: number[]): ExpressionSpecification {
  const values = stops.map((v, i) => (i % 2 === 0 ? v : ['case', ['==', ['get', 'kind'], 'dedicated'], v, v * 0.7]))
  return ['interpolate', ['linear'], ['zoom'], ...values] as ExpressionSpecification
}

/** The net: wash and pattern of dedicated grids, borders by level (width and dash), knots where three grids meet. */
export function netLayers({ view, colour, contrast }: Ink): Layer[] {
  const { map, category } = colour
  const s = view.scale
  const border = (level: MapLevel) =>
    ({ type: 'line', source: sources.net, 'source-layer': 'borders', filter: ['==', ['get', 'level'], level] as FilterSpecification }) as const
  const ids = Object.keys(patternOf) as (keyof typeof patternOf)[]
  const ink = ['match', ['get', 'category'], ...ids.flatMap((id) => [id, category[id]]), category.org] as unknown as ExpressionSpecification
  const pattern = ['match', ['get', 'category'], ...ids.flatMap((id) => [id, imageId(id, view.theme)]), imageId('org', view.theme)]
  return [
    {
      id: 'wash',
      type: 'fill',
      source: sources.net,
      'source-layer': 'grids',
      minzoom: 10.5,
      filter: dedicated,
      paint: { 'fill-color': ink, 'fill-opacity': contrast ? 0 : zoom([10.5, 0.2, 11, 0.28, 14, 0.18, 17, 0.1]) },
    },
    {
      id: 'pattern',
      type: 'fill',
      source: sources.net,
      'source-layer': 'grids',
      minzoom: 12.5,
      filter: ['in', ['get', 'category'], ['literal', ids.filter((id) => patternOf[id] !== 'none')]],
      paint: {
        'fill-pattern': pattern as unknown as ExpressionSpecification,
        'fill-opacity': contrast ? 0.9 : quieter([12.5, 0.24, 14, 0.38, 17, 0.3]),
      },
    },
    {
      ...border('grid'),
      id: 'grid-case',
      minzoom: 13,
      paint: { 'line-color': map.threadCase, 'line-opacity': 0.75, 'line-width': zoom([13, 1.6, 16, 3.6, 18, 5.4], s) },
    },
    {
      ...border('community'),
      id: 'community-case',
      minzoom: 10.5,
      layout: mitre,
      paint: { 'line-color': map.threadCase, 'line-opacity': 0.9, 'line-width': zoom([11, 2, 14, 4, 18, 7], s) },
    },
    {
      ...border('town'),
      id: 'town-case',
      minzoom: 6,
      layout: mitre,
      paint: { 'line-color': map.threadCase, 'line-opacity': 0.95, 'line-width': zoom([10, 3.2, 14, 6.4, 18, 9], s) },
    },
    {
      ...border('district'),
      id: 'district-band',
      layout: mitre,
      paint: { 'line-color': map.band, 'line-opacity': contrast ? 0 : 0.16, 'line-width': zoom([10, 6, 14, 13, 18, 22], s) },
    },
    {
      ...border('grid'),
      id: 'grid',
      minzoom: 12,
      layout: round,
      paint: {
        'line-color': map.thread,
        'line-opacity': contrast ? 1 : zoom([12, 0.35, 13.5, 0.6, 15, 0.8, 16, 1]),
        'line-width': zoom([12, 0.4, 14, 0.8, 16, 1.3, 18, 2.2], s),
      },
    },
    {
      ...border('community'),
      id: 'community',
      minzoom: 9.6,
      layout: round,
      paint: { 'line-color': map.thread, 'line-width': zoom([9.6, 0.35, 10.5, 0.7, 12, 1.1, 14, 1.8, 16, 2.6, 18, 3.6], s) },
    },
    {
      ...border('town'),
      id: 'town',
      minzoom: 6,
      layout: mitre,
      paint: {
        'line-color': map.district,
        'line-width': zoom([9, 1.2, 12, 2, 14, 2.8, 16, 3.6, 18, 4.6], s),
        'line-dasharray': [5, 1.6, 1.1, 1.6],
      },
    },
    {
      ...border('district'),
      id: 'district',
      layout: mitre,
      paint: { 'line-color': map.district, 'line-width': zoom([9, 1.8, 12, 2.6, 14, 3.2, 16, 4, 18, 5], s) },
    },
    {
      id: 'knot',
      type: 'circle',
      source: sources.net,
      'source-layer': 'knots',
      minzoom: 13.8,
      paint: {
        'circle-radius': zoom([13.8, 1.1, 15, 1.8, 16, 2.8, 18, 4.2]),
        'circle-color': map.threadCase,
        'circle-stroke-color': map.thread,
        'circle-stroke-width': zoom([13.8, 0.6, 15, 1, 16, 1.4, 18, 1.8]),
      },
    },
  ]
}
