import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { Server as WebServer } from 'node:http'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { FileSource, PMTiles } from 'pmtiles'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { desk, launch } from './driver'
import { district, grids } from './facts'
import type { Server } from './servers'
import { program, start, stop } from './servers'

// The map as one file: read by the package that others read such files with, and drawn in a browser from a web server that only gives out files.

const run = promisify(execFile)
const require = createRequire(import.meta.url)
const types: Record<string, string> = { '.html': 'text/html', '.mjs': 'text/javascript', '.js': 'text/javascript', '.pmtiles': 'application/vnd.pmtiles' }

let demo: Server
let folder: string
let file: string
let host: WebServer
let address: string
const asked: string[] = [] // ranges of the file that a browser fetched

/** What the web server gives out: MapLibre and the reader as their packages have them, a page that draws the file, and the file. */
const paths: Record<string, string> = {
  '/maplibre/': join(dirname(require.resolve('maplibre-gl/package.json')), 'dist/'),
  '/pmtiles.js': join(dirname(require.resolve('pmtiles/package.json')), 'dist/pmtiles.js'),
}
const page = `<!doctype html><meta charset="utf-8"><style>html,body,#map{margin:0;height:100%}</style><div id="map"></div><script src="/pmtiles.js"></script>
<script type="module">
import * as maplibre from '/maplibre/maplibre-gl.mjs'
maplibre.setWorkerUrl('/maplibre/maplibre-gl-worker.mjs')
maplibre.addProtocol('pmtiles', new pmtiles.Protocol().tile)
const layer = (id, type, paint) => ({ id, type, paint, source: 'net', 'source-layer': id })
window.map = new maplibre.Map({ container: 'map', style: {
  version: 8, sources: { net: { type: 'vector', url: 'pmtiles://' + location.origin + '/net.pmtiles' } },
  layers: [layer('grids', 'fill', { 'fill-color': '#dde8dd', 'fill-outline-color': '#446644' }), layer('water', 'fill', { 'fill-color': '#88bbee' }),
    layer('streets', 'line', { 'line-color': '#886644' }), layer('buildings', 'fill', { 'fill-color': '#444444' }), layer('grids_label', 'circle', { 'circle-radius': 2 })],
} })
</script>`

beforeAll(async () => {
  demo = await start('demo')
  folder = await mkdtemp(join(tmpdir(), 'zhuwang-e2e-pmtiles-'))
  file = join(folder, 'net.pmtiles')
  await run(program, ['export', 'net', '-f', 'pmtiles', '-o', file, '--zoom', '0-14', '--data', demo.data])
  const bytes = await readFile(file)
  host = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://host').pathname
    const type = types[extname(path)] ?? 'text/html'
    if (path === '/') return void response.writeHead(200, { 'content-type': type }).end(page)
    if (path === '/net.pmtiles') {
      const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
      if (!from || !to) return void response.writeHead(400).end()
      asked.push(request.headers.range ?? '')
      const part = bytes.subarray(Number(from), Number(to) + 1)
      return void response.writeHead(206, { 'content-type': type, 'content-range': `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}` }).end(part)
    }
    const root = Object.keys(paths).find((p) => path.startsWith(p))
    if (!root) return void response.writeHead(404).end()
    readFile(join(paths[root] ?? '', path.slice(root.length))).then(
      (found) => response.writeHead(200, { 'content-type': type }).end(found),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((done) => host.listen(0, '127.0.0.1', done))
  const at = host.address()
  address = `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`
})
afterAll(async () => {
  await new Promise((done) => host.close(done))
  await stop(demo)
  await rm(folder, { recursive: true })
})

/** The tile of a zoom in which a place lies. */
function tileAt(lon: number, lat: number, z: number): [number, number] {
  const s = Math.sin((lat * Math.PI) / 180)
  return [Math.floor((lon / 360 + 0.5) * 2 ** z), Math.floor((0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * 2 ** z)]
}

test('every tile in the file is what the server answers, and no other tile has anything', async () => {
  const archive = new PMTiles(new FileSource(new File([await readFile(file)], 'net.pmtiles')))
  const header = await archive.getHeader()
  expect(header).toMatchObject({ specVersion: 3, clustered: true, internalCompression: 2, tileCompression: 2, tileType: 1, minZoom: 0, maxZoom: 14 })
  const { code, name } = await district(demo.url)
  const metadata = (await archive.getMetadata()) as { name: string; vector_layers: { id: string }[]; zhuwang: { district: string; release: number } }
  expect(metadata).toMatchObject({ name, zhuwang: { district: code, release: 1, crs: 'cgcs2000' } })
  expect(metadata.vector_layers.map((l) => l.id)).toEqual(expect.arrayContaining(['grids', 'borders', 'streets', 'water', 'buildings', 'grids_label']))
  let tiles = 0
  for (let z = 0; z <= header.maxZoom; z++) {
    const [west, north] = tileAt(header.minLon, header.maxLat, z)
    const [east, south] = tileAt(header.maxLon, header.minLat, z)
    for (let x = Math.max(west - 1, 0); x <= Math.min(east + 1, 2 ** z - 1); x++) {
      for (let y = Math.max(north - 1, 0); y <= Math.min(south + 1, 2 ** z - 1); y++) {
        const answers = await Promise.all(['net', 'base', 'buildings'].map((set) => fetch(`${demo.url}/tiles/${code}/${set}/current/${z}/${x}/${y}.mvt`)))
        const wanted = Buffer.concat(await Promise.all(answers.map(async (a) => Buffer.from(await a.arrayBuffer()))))
        const found = await archive.getZxy(z, x, y) // undefined where there is none
        const got = Buffer.from(found?.data ?? new ArrayBuffer(0))
        if (!got.equals(wanted)) throw new Error(`tile ${z}/${x}/${y} has ${got.length} bytes, the server's ${wanted.length}`)
        if (found) tiles++
      }
    }
  }
  expect(tiles).toBeGreaterThan(300)
  expect(tiles).toBe(header.numAddressedTiles)
  // What the package gives has been unpacked: in the file it is gzip.
  const bytes = await readFile(file)
  expect(gunzipSync(bytes.subarray(header.jsonMetadataOffset, header.jsonMetadataOffset + header.jsonMetadataLength)).toString()).toContain('vector_layers')
})

test('a web server that only gives out files shows the map, range by range', async () => {
  const browser = await launch()
  const tab = await browser.newPage({ viewport: desk })
  const faults: string[] = []
  tab.on('pageerror', (e) => faults.push(e.message))
  await tab.goto(address)
  interface Drawn { layer: { id: string }; properties: Record<string, unknown> }
  interface Shown {
    map: { jumpTo(o: object): void; once(event: string): Promise<unknown>; queryRenderedFeatures(o: { layers: string[] }): Drawn[] }
  }
  const show = (center: unknown, zoom: number, layers: string[]) =>
    tab.evaluate(
      async ({ center, zoom, layers }) => {
        const { map } = window as unknown as Shown
        const idle = map.once('idle')
        map.jumpTo({ center, zoom })
        await idle
        return map.queryRenderedFeatures({ layers }).map((f) => [f.layer.id, String(f.properties.code)] as const)
      },
      { center, zoom, layers },
    )
  await tab.waitForFunction(() => 'map' in window)
  const whole = await district(demo.url)
  const all = await grids(demo.url, whole.code)
  const labels = await show(whole.label, 10, ['grids_label'])
  expect(new Set(labels.map(([, code]) => code))).toEqual(new Set(all.map((g) => g.code)))
  const dense = all.reduce((a, b) => ((a.buildings ?? 0) > (b.buildings ?? 0) ? a : b))
  const near = await show(dense.label, 16, ['grids', 'streets', 'buildings']) // tiles of the last zoom, enlarged
  expect(new Set(near.map(([layer]) => layer))).toEqual(new Set(['grids', 'streets', 'buildings']))
  expect(faults).toEqual([])
  expect(asked.length).toBeGreaterThan(3)
  expect(asked[0]).toBe('bytes=0-16383') // header and root directory in one
  await browser.close()
})
