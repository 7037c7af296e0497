/** Households of a basic grid: the range that the rules ask for. Outside it a grid is marked, never forbidden. */
export const band = { from: 300, to: 500 } as const

export type BandState = 'in' | 'below' | 'above'

export function bandState(households: number): BandState {
  if (households < band.from) return 'below'
  return households > band.to ? 'above' : 'in'
}

/** How far outside the band: 0 within. */
export const bandGap = (households: number): number => Math.max(band.from - households, households - band.to, 0)

/** Upper end of an axis that shows the band and the largest value: at least 700, else the next full 100 above. */
export const axisEnd = (largest: number): number => Math.max(700, Math.ceil((largest + 1) / 100) * 100)

/** Ends of an axis for many values: full hundreds with the band and every value well inside. It need not start at 0. */
export function axisAround(values: number[]): { from: number; to: number } {
  const least = Math.min(band.from, ...values)
  const most = Math.max(band.to, ...values)
  return { from: Math.max(0, Math.floor((least - 1) / 100) * 100), to: Math.ceil((most + 1) / 100) * 100 }
}
