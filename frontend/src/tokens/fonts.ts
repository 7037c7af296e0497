import condensedRanges from '@fontsource/ibm-plex-sans-condensed/unicode.json'
import plexRanges from '@fontsource/ibm-plex-sans/unicode.json'
import notoRanges from '@fontsource/noto-sans-sc/unicode.json'

/**
 * The self-hosted fonts: IBM Plex Sans and Condensed for Latin and figures, Noto Sans SC for Han. Each comes in many small
 * files, one for each Unicode range; a browser fetches only those whose characters occur. One list serves both the page
 * (FontFace objects) and the map (MapLibre's `font-faces`), so that no character is fetched twice and no glyph server is needed.
 */
interface Face {
  family: string
  weight: number
  range: string
  url: string
}

const urls: Record<string, string> = import.meta.glob(
  [
    '/node_modules/@fontsource/noto-sans-sc/files/noto-sans-sc-*-{400,500,700}-normal.woff2',
    '/node_modules/@fontsource/ibm-plex-sans/files/ibm-plex-sans-latin{,-ext}-{400,500,600}-normal.woff2',
    '/node_modules/@fontsource/ibm-plex-sans-condensed/files/ibm-plex-sans-condensed-latin{,-ext}-{400,500,600}-normal.woff2',
    // The whole font in one file, for browsers without unicode-range.
    '!**/*chinese-simplified*',
  ],
  { query: '?url', import: 'default', eager: true },
)

function facesOf(family: string, slug: string, ranges: Record<string, string>, weights: number[]): Face[] {
  return Object.entries(ranges).flatMap(([subset, range]) =>
    weights.flatMap((weight) => {
      const name = subset.replace(/[[\]]/g, '')
      const url = urls[`/node_modules/@fontsource/${slug}/files/${slug}-${name}-${weight}-normal.woff2`]
      return url ? [{ family, weight, range, url }] : []
    }),
  )
}

const faces: Face[] = [
  ...facesOf('IBM Plex Sans', 'ibm-plex-sans', plexRanges, [400, 500, 600]),
  ...facesOf('IBM Plex Sans Condensed', 'ibm-plex-sans-condensed', condensedRanges, [400, 500, 600]),
  ...facesOf('Noto Sans SC', 'noto-sans-sc', notoRanges, [400, 500, 700]),
]

/** Declares the fonts to the page. Han has no 600: strong text is drawn from 700. */
export function declareFonts(fonts: FontFaceSet): void {
  for (const { family, weight, range, url } of faces) {
    fonts.add(new FontFace(family, `url("${url}")`, { weight: weight === 700 ? '600 700' : String(weight), unicodeRange: range, display: 'swap' }))
  }
}

/** The fonts of the map by the names that tokens.json gives them. */
export function mapFontFaces(): Record<string, { url: string; 'unicode-range': string[] }[]> {
  const named = (family: string, weight: number) =>
    faces.filter((f) => f.family === family && f.weight === weight).map((f) => ({ url: f.url, 'unicode-range': f.range.split(',') }))
  return {
    'Plex 500': named('IBM Plex Sans', 500),
    'Plex Cond 500': named('IBM Plex Sans Condensed', 500),
    'Noto Sans SC 500': named('Noto Sans SC', 500),
    'Noto Sans SC 400': named('Noto Sans SC', 400),
  }
}
