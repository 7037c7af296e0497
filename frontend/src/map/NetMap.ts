import * as maplibre from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import 'maplibre-gl/dist/maplibre-gl.css'
import { drawImage, imageIds } from './images'
import type { MapLevel } from './layers'
import { facesOf, levelAt, sources } from './layers'
import { style } from './style'
import type { Under } from './under'
import { under } from './under'
import type { MapView } from './view'

maplibre.setWorkerUrl(workerUrl)

/** West, south, east, north in degrees. */
export type Bounds = [number, number, number, number]

export interface Camera {
  zoom: number
  lon: number
  lat: number
}

/** What a map tells. Places are CGCS2000 degrees. */
export interface MapEvents {
  /** The reader chose a place, and the level that a choice means at this zoom. */
  pick(at: { lon: number; lat: number }, level: MapLevel): void
  /** The reader chose a building, a reported point, or points of one place that stand together at every zoom. */
  take(what: Exclude<Under, { is: 'face' }>): void
  /** The pointer is over something, at a place on the map in pixels, or over nothing. */
  hover(what: (Under & { x: number; y: number }) | null): void
  pointer(at: { lon: number; lat: number } | null): void
  move(camera: Camera): void
  /** Something is still loading or moving, or all is drawn. */
  busy(is: boolean): void
}

export interface Padding {
  top: number
  right: number
  bottom: number
  left: number
}

const reducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches
const flight = 600 // ms; motion.duration.map

/** The map of one net: draws a MapView and reports what the reader does. The camera is its own and lives in the URL's hash. */
export class NetMap {
  readonly #map: maplibre.Map
  readonly #events: MapEvents
  #view: MapView
  #hovered: Under | null = null
  #points: string | undefined
  #ready = false

  /** Throws where the browser has no WebGL 2. Without a camera in the URL's hash the map begins at `bounds`. */
  constructor(container: HTMLElement, view: MapView, bounds: Bounds, events: MapEvents) {
    this.#view = view
    this.#events = events
    this.#map = new maplibre.Map({
      container,
      // Images must be there before the style that uses them: the first real style comes after this one.
      style: { version: 8, sources: {}, layers: [] },
      bounds,
      fitBoundsOptions: { padding: 24 },
      hash: true,
      minZoom: 4,
      maxZoom: 20,
      fadeDuration: 0,
      attributionControl: false,
      pitchWithRotate: false,
      dragRotate: false,
      touchPitch: false,
      maxPitch: 0,
      renderWorldCopies: false,
      localIdeographFontFamily: false,
    })
    const map = this.#map
    map.touchZoomRotate.disableRotation()
    map.keyboard.disableRotation()
    map.once('style.load', () => {
      this.#ready = true
      this.#draw()
    })
    map.on('load', () => this.#moved())
    map.on('movestart', () => events.busy(true))
    map.on('dataloading', () => events.busy(true))
    map.on('idle', () => events.busy(false))
    map.on('move', () => this.#moved())
    map.on('click', (e) => this.#pick(e.point, e.lngLat))
    map.on('mousemove', (e) => {
      this.#events.pointer({ lon: e.lngLat.lng, lat: e.lngLat.lat })
      this.#hoverAt(e.point)
    })
    map.on('mouseout', () => {
      this.#events.pointer(null)
      this.#hover(null)
    })
    map.getCanvas().addEventListener('keydown', (e) => {
      if (e.key !== 'Enter') return
      e.preventDefault()
      this.#pick(map.project(map.getCenter()), map.getCenter())
    })
  }

  /** Draws another view: only what differs is touched, and tiles of a new release replace the old ones without a blank. */
  update(view: MapView): void {
    this.#view = view
    if (this.#ready) this.#draw()
  }

  /** Names the map for people who do not see it. */
  describe(label: string): void {
    this.#map.getCanvas().setAttribute('aria-label', label)
  }

  get camera(): Camera {
    const { lng, lat } = this.#map.getCenter()
    return { zoom: this.#map.getZoom(), lon: lng, lat }
  }

  get bounds(): Bounds {
    const b = this.#map.getBounds()
    return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]
  }

  zoomBy(steps: number): void {
    this.#map.easeTo({ zoom: this.#map.getZoom() + steps, duration: 200 })
  }

  /** Room on each side that floats over the map: the camera centres in what is left. */
  pad(padding: Padding): void {
    this.#map.setPadding(padding)
  }

  /** Shows a place as large as fits, at most at `maxZoom`. Flies when it is near, jumps when told to or when it is farther than two screens. */
  fit(bounds: Bounds, { maxZoom = 15.8, jump = false } = {}): void {
    const { clientWidth: width, clientHeight: height } = this.#map.getContainer()
    const camera = this.#map.cameraForBounds(bounds, { padding: Math.min(width, height) > 500 ? 48 : 16, maxZoom })
    if (!camera?.center) return
    const p = this.#map.project(camera.center)
    const far = Math.abs(p.x - width / 2) > 2 * width || Math.abs(p.y - height / 2) > 2 * height
    if (jump || far || reducedMotion()) this.#map.jumpTo(camera)
    else this.#map.easeTo({ ...camera, duration: flight })
  }

  /** Brings a place into view: leaves the camera alone where it is seen well, else fits it. */
  reveal(bounds: Bounds, options: { maxZoom?: number } = {}): void {
    const { clientWidth, clientHeight } = this.#map.getContainer()
    const { top, right, bottom, left } = this.#map.getPadding()
    const a = this.#map.project([bounds[0], bounds[3]])
    const b = this.#map.project([bounds[2], bounds[1]])
    const seen = a.x >= (left ?? 0) && a.y >= (top ?? 0) && b.x <= clientWidth - (right ?? 0) && b.y <= clientHeight - (bottom ?? 0)
    const large = Math.max((b.x - a.x) / clientWidth, (b.y - a.y) / clientHeight) > 0.12
    if (!seen || !large) this.fit(bounds, options)
  }

  /** The picture as a PNG data URL, for print. */
  snapshot(): Promise<string> {
    return new Promise((resolve) => {
      const take = () => {
        this.#map.off('idle', take)
        clearTimeout(limit)
        resolve(this.#map.getCanvas().toDataURL('image/png'))
      }
      // When all is drawn; a picture that lacks something is better than none.
      const limit = setTimeout(() => this.#map.once('render', take).triggerRepaint(), 3000)
      this.#map.once('idle', take)
      this.#map.triggerRepaint()
    })
  }

  /** Pans by a part of what is seen: one step of an arrow key. */
  pan(x: -1 | 0 | 1, y: -1 | 0 | 1): void {
    const step = 100 // px, as of the map's own keys
    this.#map.panBy([x * step, y * step], { duration: reducedMotion() ? 0 : 300 })
  }

  resize(): void {
    this.#map.resize()
  }

  focus(): void {
    this.#map.getCanvas().focus()
  }

  remove(): void {
    this.#map.remove()
  }

  #draw(): void {
    for (const id of imageIds(this.#view.theme)) {
      const image = this.#map.hasImage(id) ? null : drawImage(id)
      if (image) this.#map.addImage(id, image.data, image.options)
    }
    const next = style(this.#view, location.origin)
    for (const [id, spec] of Object.entries(next.sources)) {
      const source = this.#map.getSource(id)
      if (spec.type !== 'vector' || !(source instanceof maplibre.VectorTileSource)) continue
      if (spec.tiles && spec.tiles[0] !== source.tiles?.[0]) source.setTiles(spec.tiles)
    }
    this.#map.setStyle(next, { diff: true, validate: false })
    const points = next.sources[sources.points]
    const source = this.#map.getSource(sources.points)
    // The address stays, what it answers does not.
    if (this.#points !== this.#view.points?.version && points?.type === 'vector' && source instanceof maplibre.VectorTileSource) source.setTiles(points.tiles ?? [])
    this.#points = this.#view.points?.version
  }

  #moved(): void {
    this.#events.move(this.camera)
  }

  #pick(at: maplibre.Point, { lng, lat }: maplibre.LngLat): void {
    const what = this.#under(at)
    if (!what || what.is === 'face') this.#events.pick({ lon: lng, lat }, levelAt(this.#map.getZoom()))
    else if (what.is === 'cluster' && what.zoom <= sourceZoom) this.#near([what.lon, what.lat], what.zoom)
    else this.#events.take(what)
  }

  /** Goes to a place at the zoom that a reader needs there. */
  #near(center: [number, number], zoom: number): void {
    const to = Math.max(zoom + 0.2, this.#map.getZoom() + 0.5)
    if (reducedMotion()) this.#map.jumpTo({ center, zoom: to })
    else this.#map.easeTo({ center, zoom: to, duration: flight })
  }

  #under(at: maplibre.Point): Under | null {
    return under(this.#map, at, matchMedia('(pointer: coarse)').matches)
  }

  #hoverAt(at: maplibre.Point): void {
    const what = this.#under(at)
    this.#hover(what && { ...what, x: at.x, y: at.y })
  }

  #hover(what: Parameters<MapEvents['hover']>[0]): void {
    if (nameOf(what) !== nameOf(this.#hovered)) {
      if (this.#hovered) this.#mark(this.#hovered, false)
      if (what) this.#mark(what, true)
      this.#hovered = what
    }
    this.#map.getCanvas().style.cursor = what ? 'pointer' : ''
    this.#events.hover(what)
  }

  #mark(what: Under, hover: boolean): void {
    if (what.is !== 'face' && what.is !== 'building') return
    const [source, sourceLayer] = what.is === 'face' ? [sources.net, facesOf[what.level]] : [sources.buildings, 'buildings']
    if (this.#map.getSource(source)) this.#map.setFeatureState({ source, sourceLayer, id: what.code }, { hover })
  }
}

/** The last zoom of the tiles: clusters of one place part at none. */
const sourceZoom = 18

/** Two things of one name are one thing. */
function nameOf(what: Under | null): string {
  switch (what?.is) {
    case 'face':
    case 'building':
      return what.code
    case 'point':
      return `${what.kind}/${what.id}`
    case 'cluster':
      return `${what.lon},${what.lat}`
    default:
      return ''
  }
}
