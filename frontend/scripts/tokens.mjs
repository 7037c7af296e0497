// Makes src/tokens/tokens.css (CSS variables) and src/tokens/theme.ts (typed colours for map styles) from src/tokens/tokens.json.
// `npm run gen` writes them; src/tokens/tokens.test.ts asks the same functions whether they are up to date.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const at = (name) => fileURLToPath(new URL(`../src/tokens/${name}`, import.meta.url))
const kebab = (name) => name.replace(/[A-Z]/g, (c) => '-' + c.toLowerCase())

/** The values of a token tree: groups become objects, tokens their $value. */
function values(node) {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return node
  if ('$value' in node) return node.$value
  return Object.fromEntries(Object.entries(node).filter(([k]) => !k.startsWith('$')).map(([k, v]) => [k, values(v)]))
}

/** One theme's colours as [variable, value] pairs: groups prefix their members. */
function colourVars(theme) {
  const prefix = { map: 'map', category: 'cat', kind: 'kind', state: 'st', sequential: 'seq', diverging: 'div', difference: 'diff' }
  const out = []
  for (const [key, value] of Object.entries(theme)) {
    if (typeof value === 'string') out.push([kebab(key), value])
    else if (key in prefix) for (const [k, v] of Object.entries(value)) out.push([`${prefix[key]}-${kebab(k)}`, v])
    else throw new Error(`tokens: no CSS name for the group ${key}`)
  }
  return out
}

const block = (selector, vars) => `${selector} {\n${vars.map(([k, v]) => `  --${k}: ${v};\n`).join('')}}\n`

/** tokens.css: the light theme at :root, the others by data-theme; measures once. */
export function css(tokens) {
  const t = values(tokens)
  const contrastBorders = [['hair', '1.5px'], ['edge', '2px']]
  const measures = [
    ...Object.entries(t.space).map(([k, v]) => [`space-${k}`, v]),
    ...Object.entries(t.size).map(([k, v]) => [`size-${kebab(k)}`, v]),
    ...Object.entries(t.radius).map(([k, v]) => [`radius-${k}`, v]),
    ['hair', t.border.hair],
    ['edge', t.border.control],
    ['chosen', t.border.chosen],
    ...Object.entries(t.motion.duration).map(([k, v]) => [`time-${k}`, v]),
    ['ease', `cubic-bezier(${t.motion.easing.standard.join(', ')})`],
    ...Object.entries(t.zIndex).map(([k, v]) => [`z-${kebab(k)}`, v]),
    ['font-ui', t.font.family.ui.map((f) => (f.includes(' ') ? `'${f}'` : f)).join(', ')],
    ['font-figure', t.font.family.figure.map((f) => (f.includes(' ') ? `'${f}'` : f)).join(', ')],
  ]
  const shadow = (theme) =>
    ['float', 'sheet', 'live'].map((k) => [`shadow-${k}`, theme === 'light' ? t.elevation[k] : t.elevation[theme]])
  const scheme = { light: 'light', dark: 'dark', contrast: 'light' }
  return [
    '/* Generated from tokens.json by scripts/tokens.mjs. */\n',
    block(':root', measures),
    ...Object.keys(t.color).map((theme) => {
      const selector = theme === 'light' ? `:root,\n[data-theme='light']` : `[data-theme='${theme}']`
      const own = theme === 'contrast' ? contrastBorders : []
      return block(selector, [...colourVars(t.color[theme]), ...shadow(theme), ...own]).replace(/}\n$/, `  color-scheme: ${scheme[theme]};\n}\n`)
    }),
  ].join('\n')
}

/** States whose colours kinds of points are told apart by, beside their shapes; none is that of what is overdue. */
const marks = ['doing', 'due', 'suspended', 'new']

/** theme.ts: what a map style needs of each theme, with literal types. */
export function theme(tokens) {
  const t = values(tokens)
  const pick = (c) => ({
    text: c.text,
    surface: c.surface,
    raised: c.raised,
    accent: c.accent,
    map: c.map,
    category: c.category,
    difference: c.difference,
    mark: marks.map((state) => c.state[state]),
    sequential: c.sequential,
  })
  const themes = Object.fromEntries(Object.entries(t.color).map(([k, c]) => [k, pick(c)]))
  const { outside, move, ...categories } = t.pattern
  void outside
  void move
  return `// Generated from tokens.json by scripts/tokens.mjs.

export const themes = ${JSON.stringify(themes, null, 2)} as const

/** Pattern of each category, the second sign beside its colour. */
export const patternOf = ${JSON.stringify(categories, null, 2)} as const

/** Names of text fonts on the map, matched per character down the list. */
export const mapFonts = ${JSON.stringify({ name: t.font.family.map, code: t.font.family.mapCode }, null, 2)} as const

export type Theme = keyof typeof themes
export type Category = keyof typeof patternOf
/** Colours of one theme, as CSS hex. */
export interface Palette {
  text: string
  surface: string
  raised: string
  accent: string
  map: Record<keyof (typeof themes)['light']['map'], string>
  category: Record<Category, string>
  difference: Record<'add' | 'remove' | 'move', string>
  mark: readonly string[]
  sequential: readonly string[]
}
`
}

export const source = () => JSON.parse(readFileSync(at('tokens.json'), 'utf8'))

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tokens = source()
  writeFileSync(at('tokens.css'), css(tokens))
  writeFileSync(at('theme.ts'), theme(tokens))
}
