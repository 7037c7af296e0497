import type { ExpressionSpecification } from 'maplibre-gl'

/** Linear between zooms: zoom(12, .4, 18, 2.2) is .4 at z12 and 2.2 at z18. `by` multiplies every value. */
export function zoom(stops: number[], by = 1): ExpressionSpecification {
  return ['interpolate', ['linear'], ['zoom'], ...scaled(stops, by)] as ExpressionSpecification
}

/** The same on an exponential curve: for things that have a width on the ground. */
export function zoomGround(stops: number[], by = 1): ExpressionSpecification {
  return ['interpolate', ['exponential', 1.5], ['zoom'], ...scaled(stops, by)] as ExpressionSpecification
}

function scaled(stops: number[], by: number): number[] {
  return stops.map((v, i) => (i % 2 === 0 ? v : v * by))
}
