import type { ExpressionSpecification } from 'maplibre-gl'
import { mapFonts } from '@/tokens/theme'
import { imageId } from './images'
import { sources } from './layers'
import type { Ink, Layer } from './style'
import { zoom } from './zoom'

const number: ExpressionSpecification = ['get', 'count']
const seconds = { source: sources.points, 'source-layer': 'clusters' } as const

/** Reported points: each by the shape and colour of its kind; those that stand close together as one disc with their number. */
export function pointLayers({ view, colour }: Ink): Layer[] {
  const { by, least } = view.lettering
  const lettering = Math.max(13 * by, least)
  const marks = [...(view.points?.marks ?? [])]
  const image = ['match', ['get', 'kind'], ...marks.flatMap(([kind, mark]) => [kind, imageId(`mark${mark}`, view.theme)]), imageId('mark0', view.theme)]
  const icon = (marks.length > 0 ? image : imageId('mark0', view.theme)) as ExpressionSpecification
  return [
    {
      id: 'point-mark',
      type: 'symbol',
      source: sources.points,
      'source-layer': 'points',
      layout: {
        'icon-image': icon,
        'icon-size': zoom([9, 0.5, 12, 0.62, 14, 0.8, 17, 1.1], view.scale),
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
      },
    },
    {
      ...seconds,
      id: 'cluster-disc',
      type: 'circle',
      paint: {
        // The radii for which the server leaves room.
        'circle-radius': ['*', ['step', number, 13, 10, 17, 50, 23], view.scale],
        'circle-color': colour.surface,
        'circle-stroke-color': colour.text,
        'circle-stroke-width': 2 * view.scale,
      },
    },
    {
      ...seconds,
      id: 'cluster-count',
      type: 'symbol',
      layout: {
        'text-field': ['to-string', number],
        'text-font': [...mapFonts.code],
        'text-size': zoom([0, lettering, 20, lettering]),
        'text-allow-overlap': true,
        // Names make room for the discs.
        'text-padding': 10 * view.scale,
      },
      paint: { 'text-color': colour.text },
    },
  ]
}
