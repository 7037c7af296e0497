import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

/** The only importer of Playwright: a browser, and a page of the map with the words in which tests speak of it. */

const require = createRequire(import.meta.url)
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
const program = process.env.E2E_CHROMIUM ?? '/usr/bin/chromium'

export const desk = { width: 1920, height: 1080 }
export const phone = { width: 390, height: 844 }

export interface Visit {
  size?: { width: number; height: number }
  locale?: string
  position?: { longitude: number; latitude: number; accuracy: number }
}

/** Starts Chromium; fails where it is missing. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: program,
    headless: true,
    args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  })
}

/** One reader's window. Everything that goes wrong in the page is kept in `faults`. */
export class Reader {
  readonly faults: string[] = []
  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
    readonly origin: string,
  ) {
    page.on('pageerror', (e) => this.faults.push(`error: ${e.message}`))
    page.on('console', (m) => {
      // Chromium reports failed requests (a code that does not exist, an offline test) here too: those are the tests' own business.
      if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) this.faults.push(`console: ${m.text()}`)
    })
  }

  static async open(browser: Browser, origin: string, path: string, { size = desk, locale = 'zh-CN', position }: Visit = {}): Promise<Reader> {
    const context = await browser.newContext({
      viewport: size,
      locale,
      reducedMotion: 'reduce',
      hasTouch: size === phone,
      geolocation: position,
      permissions: ['clipboard-read', 'clipboard-write', ...(position ? ['geolocation'] : [])],
    })
    const page = await context.newPage()
    const reader = new Reader(page, context, origin)
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (e) => console.error(`CSP: ${e.violatedDirective} ${e.blockedURI}`))
    })
    await page.goto(origin + path)
    return reader
  }

  async close(): Promise<void> {
    await this.context.close()
  }

  /** Waits until every tile in view is drawn. */
  async drawn(): Promise<void> {
    await this.page.locator('.map-pane[aria-busy=false]').waitFor()
  }

  /** The heading of the card. */
  get title() {
    return this.page.locator('.card h1')
  }

  /** Waits until the URL says that this code is chosen (null: none). */
  async chosen(code: string | null): Promise<void> {
    await this.page.waitForURL((url) => url.searchParams.get('area') === code)
  }

  /** Violations of WCAG 2.2 A and AA, one line each. */
  async violations(): Promise<string[]> {
    await this.page.evaluate(axe)
    return this.page.evaluate(async () => {
      const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
      type Axe = { run(root: Document, options: object): Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] }> }
      const { violations } = await (window as unknown as { axe: Axe }).axe.run(document, { runOnly: tags })
      return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`))
    })
  }

  /** How many pixels of the map have each of these colours, within 2 of 255 a channel. */
  async pixels(colours: string[]): Promise<number[]> {
    const shot = await this.page.locator('.map-canvas').screenshot()
    return this.page.evaluate(
      async ([png, wanted]) => {
        const image = new Image()
        image.src = `data:image/png;base64,${png}`
        await image.decode()
        const canvas = new OffscreenCanvas(image.width, image.height)
        const c = canvas.getContext('2d')
        if (!c) throw new Error('no canvas')
        c.drawImage(image, 0, 0)
        const { data } = c.getImageData(0, 0, image.width, image.height)
        return wanted.map((hex) => {
          const rgb = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16))
          let n = 0
          for (let i = 0; i < data.length; i += 4) if (rgb.every((v, k) => Math.abs((data[i + k] ?? 0) - v) <= 2)) n++
          return n
        })
      },
      [shot.toString('base64'), colours] as const,
    )
  }
}
