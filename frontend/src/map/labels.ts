import type { ExpressionSpecification } from 'maplibre-gl'
import { mapFonts } from '@/tokens/theme'
import { mainStreets } from './base'
import { imageId } from './images'
import { sources } from './layers'
import type { Ink, Layer } from './style'
import { zoom } from './zoom'

const nameFont = [...mapFonts.name]
const streetFont = [mapFonts.name[0], 'Noto Sans SC 400']
const codeFont = [...mapFonts.code]

/** Own group of a grid's code: its serial in the community. */
const serial: ExpressionSpecification = ['slice', ['get', 'code'], 12]

/** Where a town's name may stand, in ems beside its place, the nearest first: between the discs of reported points. */
const dodge = [
  ...['center', [0, 0]],
  ...[1, 2, 3].flatMap((d) => ['top', [0, d], 'bottom', [0, -d], 'left', [d, 0], 'right', [-d, 0]]),
] as ExpressionSpecification

/** Names and numbers. Labels of the same level never overlap; the flag is on top and the others make room for it. */
export function labelLayers({ view, colour }: Ink): Layer[] {
  const { map } = colour
  const { by, least } = view.lettering
  const size = (stops: number[]) => zoom(stops.map((v, i) => (i % 2 === 0 ? v : Math.max(v * by, least))))
  const name: ExpressionSpecification = ['get', 'name']
  const households: ExpressionSpecification = [
    'case',
    ['>', ['coalesce', ['get', 'households'], 0], 0],
    ['concat', serial, '\n', ['to-string', ['get', 'households']], view.words.households],
    serial,
  ]
  const place = (layer: string) => ({ type: 'symbol', source: sources.net, 'source-layer': layer }) as const
  const halo = (width: number) => ({ 'text-color': map.label, 'text-halo-color': map.halo, 'text-halo-width': width * Math.min(by, 1.6) })
  return [
    {
      id: 'house-number',
      type: 'symbol',
      source: sources.buildings,
      'source-layer': 'buildings_label',
      minzoom: 16.2,
      filter: ['has', 'number'],
      layout: {
        'text-field': ['get', 'number'],
        'text-font': codeFont,
        'text-size': size([16, 10, 18, 13, 20, 16]),
        'text-padding': 3,
      },
      paint: { 'text-color': map.label2, 'text-halo-color': map.bld, 'text-halo-width': 1.2 },
    },
    {
      id: 'street-label',
      type: 'symbol',
      source: sources.base,
      'source-layer': 'streets_label',
      minzoom: 14.3,
      filter: ['any', ['in', ['get', 'class'], ['literal', [...mainStreets, 'secondary']]], ['>=', ['zoom'], 16]],
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 420,
        'text-field': name,
        'text-font': streetFont,
        'text-size': size([14, 11, 16, 12, 18, 15]),
        'text-letter-spacing': 0.12,
        'text-padding': 14,
        'text-max-angle': 25,
      },
      paint: { 'text-color': map.stLabel, 'text-halo-color': map.stMain, 'text-halo-width': 1.4 },
    },
    {
      ...place('grids_label'),
      id: 'grid-label',
      minzoom: 14,
      filter: ['!=', ['get', 'code'], view.selected?.code ?? ''],
      layout: {
        'text-field': ['step', ['zoom'], serial, 15.6, households],
        'text-font': codeFont,
        'text-size': size([14, 11, 15.5, 14, 17, 18]),
        'text-line-height': 1.15,
        'text-padding': 6,
      },
      paint: { 'text-color': map.label2, 'text-halo-color': map.halo, 'text-halo-width': 1.5 },
    },
    {
      ...place('communities_label'),
      id: 'community-label',
      minzoom: 12,
      maxzoom: 16.5,
      layout: {
        'text-field': name,
        'text-font': nameFont,
        'text-size': size([12, 11, 14, 14, 16, 18]),
        'text-letter-spacing': 0.08,
        'text-max-width': 7,
        'text-padding': 8,
        'text-variable-anchor': ['center', 'top', 'bottom'],
        'text-radial-offset': 0.6,
      },
      paint: halo(2.2),
    },
    {
      ...place('towns_label'),
      id: 'town-label',
      minzoom: 9,
      maxzoom: 13.6,
      layout: {
        'text-field': name,
        'text-font': nameFont,
        'text-size': size([9, 12, 12, 17, 14, 22]),
        'text-letter-spacing': 0.22,
        'text-padding': 4,
        'text-variable-anchor-offset': dodge,
      },
      paint: halo(2.4),
    },
    {
      ...place('districts_label'),
      id: 'district-label',
      maxzoom: 9,
      layout: { 'text-field': name, 'text-font': nameFont, 'text-size': size([0, 16, 9, 16]), 'text-letter-spacing': 0.22 },
      paint: halo(2.4),
    },
    {
      id: 'flag',
      type: 'symbol',
      source: sources.flag,
      layout: {
        'text-field': ['get', 'text'],
        'text-font': codeFont,
        'text-size': size([0, 16, 20, 16]),
        'text-max-width': 30,
        'icon-image': imageId('flag', view.theme),
        'icon-text-fit': 'both',
        'icon-text-fit-padding': [4, 9, 4, 9],
        'text-allow-overlap': true,
        'icon-allow-overlap': true,
        'text-padding': 6,
      },
      paint: { 'text-color': colour.surface },
    },
  ]
}
