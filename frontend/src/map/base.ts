import type { ExpressionSpecification } from 'maplibre-gl'
import { imageId } from './images'
import { pickBuildingFrom, sources } from './layers'
import type { Ink, Layer } from './style'
import { zoom, zoomGround } from './zoom'

const classIs = (...classes: string[]): ExpressionSpecification => ['in', ['get', 'class'], ['literal', classes]]
const lineOrPolygon = (type: 'LineString' | 'Polygon'): ExpressionSpecification => ['==', ['geometry-type'], type]
const round = { 'line-cap': 'round', 'line-join': 'round' } as const

export const mainStreets = ['expressway', 'arterial', 'county']
const minorStreets = ['secondary', 'residential', 'village']
const lanes = ['lane', 'track']

/** A residential street is narrower than a secondary one. */
const narrower = (stops: number[]): ExpressionSpecification => {
  const widths = stops.map((v, i) => (i % 2 === 0 ? v : ['match', ['get', 'class'], 'secondary', v, v * 0.72]))
  return ['interpolate', ['exponential', 1.5], ['zoom'], ...widths] as ExpressionSpecification
}

/** Land, water and streets: quieter than the net. */
export function baseLayers({ view, colour: { map } }: Ink): Layer[] {
  const street = { type: 'line', source: sources.base, 'source-layer': 'streets', layout: round } as const
  return [
    { id: 'outside', type: 'background', paint: { 'background-pattern': imageId('outside', view.theme) } },
    { id: 'land', type: 'fill', source: sources.net, 'source-layer': 'districts', paint: { 'fill-color': map.land } },
    {
      id: 'lot',
      type: 'fill',
      source: sources.base,
      'source-layer': 'blocks',
      minzoom: 12,
      filter: ['!', classIs('park', 'forest', 'field', 'water')],
      paint: { 'fill-color': map.lot, 'fill-antialias': false, 'fill-opacity': zoom([12, 0, 12.8, 1]) },
    },
    {
      id: 'green',
      type: 'fill',
      source: sources.base,
      'source-layer': 'blocks',
      filter: classIs('park', 'forest'),
      paint: { 'fill-color': map.park, 'fill-antialias': false, 'fill-opacity': ['match', ['get', 'class'], 'forest', 0.55, 1] },
    },
    {
      id: 'water',
      type: 'fill',
      source: sources.base,
      'source-layer': 'water',
      filter: lineOrPolygon('Polygon'),
      paint: { 'fill-color': map.water },
    },
    {
      id: 'shore',
      type: 'line',
      source: sources.base,
      'source-layer': 'water',
      filter: lineOrPolygon('Polygon'),
      paint: { 'line-color': map.shore, 'line-width': zoom([11, 0.4, 14, 0.9, 18, 1.6]) },
    },
    {
      id: 'stream',
      type: 'line',
      source: sources.base,
      'source-layer': 'water',
      minzoom: 10.5,
      filter: lineOrPolygon('LineString'),
      layout: round,
      paint: { 'line-color': map.water, 'line-width': zoomGround([10.5, 0.6, 14, 2, 16, 5, 18, 14]) },
    },
    {
      id: 'rail',
      type: 'line',
      source: sources.base,
      'source-layer': 'streets',
      minzoom: 11,
      filter: classIs('rail'),
      paint: { 'line-color': map.cell, 'line-width': zoomGround([11, 1, 14, 2.4, 18, 8]), 'line-opacity': 0.7 },
    },
    {
      id: 'rail-gap',
      type: 'line',
      source: sources.base,
      'source-layer': 'streets',
      minzoom: 12,
      filter: classIs('rail'),
      paint: { 'line-color': map.land, 'line-width': zoomGround([12, 0.6, 14, 1.4, 18, 5]), 'line-dasharray': [5, 5] },
    },
    {
      ...street,
      id: 'street-minor-case',
      minzoom: 12,
      filter: classIs(...minorStreets),
      paint: { 'line-color': map.stCase, 'line-width': narrower([12, 0.8, 13, 2, 14, 3.8, 16, 11, 18, 29]) },
    },
    {
      ...street,
      id: 'street-main-case',
      minzoom: 9,
      filter: classIs(...mainStreets),
      paint: { 'line-color': map.stMainCase, 'line-width': zoomGround([9, 0.7, 11, 1.6, 14, 6.5, 16, 17, 18, 46]) },
    },
    {
      ...street,
      id: 'street-lane',
      minzoom: 14,
      filter: classIs(...lanes),
      paint: { 'line-color': map.stLane, 'line-width': zoomGround([14, 0.8, 16, 3.4, 18, 11]) },
    },
    {
      ...street,
      id: 'street-minor',
      minzoom: 13,
      filter: classIs(...minorStreets),
      paint: { 'line-color': map.stMinor, 'line-width': narrower([13, 1, 14, 2.4, 16, 9, 18, 26]) },
    },
    {
      ...street,
      id: 'street-main',
      minzoom: 10.5,
      filter: classIs(...mainStreets),
      paint: { 'line-color': map.stMain, 'line-width': zoomGround([11, 0.8, 14, 5, 16, 14.5, 18, 42]) },
    },
    {
      id: 'building',
      type: 'fill',
      source: sources.buildings,
      'source-layer': 'buildings',
      minzoom: 14.2,
      paint: { 'fill-color': map.bld, 'fill-outline-color': map.bldLine, 'fill-opacity': zoom([14.2, 0, 14.8, 1]) },
    },
    {
      id: 'building-hover',
      type: 'fill',
      source: sources.buildings,
      'source-layer': 'buildings',
      minzoom: pickBuildingFrom,
      paint: { 'fill-color': map.hover, 'fill-opacity': ['case', ['boolean', ['feature-state', 'hover'], false], 0.3, 0] },
    },
  ]
}
