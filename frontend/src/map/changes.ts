import type { ExpressionSpecification, FilterSpecification } from 'maplibre-gl'
import { imageId } from './images'
import { facesOf, sources } from './layers'
import type { Ink, Layer } from './style'

const is = (codes: readonly string[]): FilterSpecification => ['in', ['get', 'code'], ['literal', [...codes]]] as ExpressionSpecification

/** What changed between the net that is drawn and today's: grids gone and born hatched, borders then dashed over those of today. */
export function changeLayers({ view, colour: { map, difference } }: Ink): Layer[] {
  const s = view.scale
  const { gone, born, bordersThen, bordersToday } = view.changes ?? { gone: [], born: [], bordersThen: [], bordersToday: [] }
  const then = { source: sources.net, 'source-layer': facesOf.grid } as const
  const today = { source: sources.today, 'source-layer': facesOf.grid } as const
  const joined = { 'line-join': 'round' } as const
  const hatch = { 'fill-pattern': imageId('move', view.theme), 'fill-opacity': 0.75 }
  return [
    { ...then, id: 'gone-hatch', type: 'fill', filter: is(gone), paint: hatch },
    { ...today, id: 'born-hatch', type: 'fill', filter: is(born), paint: hatch },
    { ...today, id: 'today-case', type: 'line', layout: joined, filter: is(bordersToday), paint: { 'line-color': map.threadCase, 'line-width': 9 * s } },
    { ...today, id: 'today-line', type: 'line', layout: joined, filter: is(bordersToday), paint: { 'line-color': difference.add, 'line-width': 4 * s } },
    {
      ...then,
      id: 'then-line',
      type: 'line',
      layout: joined,
      filter: is(bordersThen),
      paint: { 'line-color': difference.remove, 'line-width': 3 * s, 'line-dasharray': [2.2, 1.6] },
    },
  ]
}
