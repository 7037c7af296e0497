import type { FeatureCollection, MultiPolygon, Polygon, Position } from 'geojson'
import type { components } from '@/api/schema'

/** What the server says, asked without a browser: the tests compare the page with it. */

export type Item = components['schemas']['Item']
type Location = components['schemas']['Location']

export async function ask<T>(url: string): Promise<T> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

export async function district(origin: string): Promise<Item> {
  const { items } = await ask<{ items: Item[] }>(`${origin}/api/v1/districts`)
  if (!items[0]) throw new Error('the server has no district')
  return items[0]
}

export async function grids(origin: string, within: string): Promise<Item[]> {
  return (await ask<{ items: Item[] }>(`${origin}/api/v1/grids?district=${within.slice(0, 6)}&within=${within}&limit=10000`)).items
}

export function grid(origin: string, code: string): Promise<Item> {
  return ask<Item>(`${origin}/api/v1/grids/${code}`)
}

export function locate(origin: string, lon: number, lat: number, crs: string, accuracy?: number): Promise<Location> {
  return ask<Location>(`${origin}/api/v1/locate?lon=${lon}&lat=${lat}&crs=${crs}${accuracy === undefined ? '' : `&accuracy=${accuracy}`}`)
}

/** A place on the common border of two neighbouring grids: the middle of the longest edge that both have. */
export async function onBorder(origin: string, within: string): Promise<{ lon: number; lat: number }> {
  const { features } = await ask<FeatureCollection<Polygon | MultiPolygon>>(
    `${origin}/api/v1/grids.geojson?district=${within.slice(0, 6)}&within=${within}&limit=10000`,
  )
  const rings = (g: Polygon | MultiPolygon): Position[][] => (g.type === 'Polygon' ? g.coordinates : g.coordinates.flat())
  const seen = new Set<string>()
  let best = { length: 0, lon: NaN, lat: NaN }
  for (const f of features) {
    for (const ring of rings(f.geometry)) {
      for (let i = 1; i < ring.length; i++) {
        const [a, b] = [ring[i - 1] ?? [], ring[i] ?? []]
        const key = [a.join(), b.join()].sort().join(' ')
        const length = Math.hypot((a[0] ?? 0) - (b[0] ?? 0), (a[1] ?? 0) - (b[1] ?? 0))
        if (seen.has(key) && length > best.length) best = { length, lon: ((a[0] ?? 0) + (b[0] ?? 0)) / 2, lat: ((a[1] ?? 0) + (b[1] ?? 0)) / 2 }
        seen.add(key)
      }
    }
  }
  if (best.length === 0) throw new Error(`no two grids in ${within} share an edge`)
  return best
}
