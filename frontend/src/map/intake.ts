import type { Feature, FeatureCollection, LineString, Point } from 'geojson'
import type { FilterSpecification } from 'maplibre-gl'
import { sources } from './layers'
import type { Ink, Layer } from './style'
import type { MapView } from './view'

/** Places of a file that is not stored yet, and where they would lie in a wrong datum. */
export function intakeData(incoming: MapView['incoming']): FeatureCollection<Point | LineString> {
  const features: Feature<Point | LineString>[] = incoming.flatMap(({ at, inside, wrong }) => [
    ...(wrong ? [{ type: 'Feature', properties: { is: 'shift' }, geometry: { type: 'LineString', coordinates: [[...at], [...wrong]] } } as Feature<LineString>] : []),
    { type: 'Feature', properties: { is: inside ? 'in' : 'out' }, geometry: { type: 'Point', coordinates: [...at] } },
  ])
  return { type: 'FeatureCollection', features }
}

export function intakeLayers({ colour }: Ink): Layer[] {
  const is = (what: string): FilterSpecification => ['==', ['get', 'is'], what]
  const { map, accent, difference } = colour
  return [
    { id: 'incoming-shift', type: 'line', source: sources.incoming, filter: is('shift'), paint: { 'line-color': map.label2, 'line-width': 1.2, 'line-dasharray': [4, 3], 'line-opacity': 0.8 } },
    {
      id: 'incoming-out',
      type: 'circle',
      source: sources.incoming,
      filter: is('out'),
      paint: { 'circle-radius': 4.5, 'circle-color': map.selectCase, 'circle-stroke-color': difference.remove, 'circle-stroke-width': 2 },
    },
    {
      id: 'incoming-in',
      type: 'circle',
      source: sources.incoming,
      filter: is('in'),
      paint: { 'circle-radius': 4.5, 'circle-color': accent, 'circle-stroke-color': map.selectCase, 'circle-stroke-width': 1.2 },
    },
  ]
}
