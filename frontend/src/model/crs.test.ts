import { describe, expect, test } from 'vitest'
import { fromCGCS2000, parseDatum, toCGCS2000, type Datum, type LonLat } from './crs'

const close = (found: LonLat, want: LonLat) => {
  expect(Math.abs(found[0] - want[0])).toBeLessThan(1e-11)
  expect(Math.abs(found[1] - want[1])).toBeLessThan(1e-11)
}

// Published vectors: eviltransform (googollee, MIT) and coordtransform (MIT).
test.each<[Datum, LonLat, LonLat]>([
  ['gcj02', [121.5272106, 31.1774276], [121.531541859215, 31.17530398364597]],
  ['gcj02', [113.912316, 22.543847], [113.9171764808363, 22.540796131694766]],
  ['gcj02', [116.377817, 39.911954], [116.38404722455657, 39.91334545536069]],
  ['gcj02', [-104.9903, 39.7392], [-104.9903, 39.7392]],
  ['gcj02', [153.0251, -27.4698], [153.0251, -27.4698]],
  ['wgs84', [108.33, 22.78], [108.33, 22.78]],
  ['cgcs2000', [108.33, 22.78], [108.33, 22.78]],
])('%s of %s', (datum, home, want) => {
  close(fromCGCS2000(datum, home), want)
})

test('bd09 of a GCJ-02 place', () => {
  close(fromCGCS2000('bd09', toCGCS2000('gcj02', [116.404, 39.915])), [116.41036949371029, 39.92133699351021])
})

describe('there and back', () => {
  test.each<Datum>(['gcj02', 'bd09'])('%s', (datum) => {
    for (let lon = 73; lon < 137; lon += 2.37) {
      for (let lat = 1.1; lat < 55; lat += 2.11) close(toCGCS2000(datum, fromCGCS2000(datum, [lon, lat])), [lon, lat])
    }
  })
})

test.each([
  ['cgcs2000', 'cgcs2000'],
  [' WGS84 ', 'wgs84'],
  ['GCJ-02', 'gcj02'],
  ['BD09', 'bd09'],
  ['4326', null],
  ['火星', null],
  ['', null],
])('parseDatum %s', (text, datum) => {
  expect(parseDatum(text)).toBe(datum)
})
