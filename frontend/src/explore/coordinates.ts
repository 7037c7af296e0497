/** Typed coordinates: two numbers in degrees, longitude first, as people paste them from maps. */
export interface LonLat {
  lon: number
  lat: number
}

const number = String.raw`[-−+]?\d{1,3}(?:\.\d+)?`
const pattern = new RegExp(String.raw`^\s*([NSEW东西南北])?\s*(${number})\s*°?\s*([NSEW])?[\s,，;；/]+([NSEW东西南北])?\s*(${number})\s*°?\s*([NSEW])?\s*$`, 'i')
const north = /[NS南北]/i
const negative = /[SW西南]/i

/**
 * Reads "108.305, 22.795", "22.795N 108.305E", "东108.305 北22.795". Without letters longitude comes first, unless only the other
 * order can lie in China (where each order excludes the other). null for anything else, or off the earth.
 */
export function parseCoordinates(text: string): LonLat | null {
  const m = pattern.exec(text)
  if (!m) return null
  const [, before1, number1 = '', after1, before2, number2 = '', after2] = m
  const sides = [before1 ?? after1, before2 ?? after2]
  const values = [number1, number2].map((n, i) => {
    const side = sides[i]
    return Number(n.replace('−', '-')) * (side && negative.test(side) ? -1 : 1)
  })
  const [a = NaN, b = NaN] = values
  const letters = sides.filter((s) => s !== undefined)
  if (letters.length === 1) return null
  let latFirst = a >= 3 && a <= 54 && b >= 73 && b <= 136
  if (sides[0] && sides[1]) {
    if (north.test(sides[0]) === north.test(sides[1])) return null
    latFirst = north.test(sides[0])
  }
  const [lon, lat] = latFirst ? [b, a] : [a, b]
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : null
}
