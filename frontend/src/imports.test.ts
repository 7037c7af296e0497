import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

// Who may import whom: apps → ui, map → model, api → tokens. A folder that is not listed fails the test.
const folders: Record<string, { ours: string[]; others: RegExp }> = {
  model: { ours: [], others: /^$/ },
  tokens: { ours: [], others: /^@fontsource\// },
  api: { ours: [], others: /^$/ },
  map: { ours: ['model', 'api', 'tokens'], others: /^(maplibre-gl|geojson)(\/|$)/ },
  ui: { ours: ['model', 'api', 'tokens'], others: /^vue$/ },
  account: { ours: ['ui', 'api'], others: /^vue$/ },
  admin: { ours: ['account', 'ui', 'api', 'tokens'], others: /^vue$/ },
  explore: { ours: ['account', 'ui', 'map', 'model', 'api', 'tokens'], others: /^vue$/ },
}

// `import … from 'x'`, the last line of one that spans several, `import 'x'`, `import('x')`, and CSS's `@import 'x'`.
const statement = /^(?:import|export|\}).*\bfrom ['"]([^'"]+)['"]|(?:^@?import |\bimport\()['"]([^'"]+)['"]/gm

const src = dirname(fileURLToPath(import.meta.url))
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.(ts|vue|css)$/.test(name) && name.includes('/') && !/\.(test|d)\.ts$/.test(name))

/** Folder of an imported path, or null for a package. */
function folderOf(file: string, path: string): string | null {
  if (path.startsWith('@/')) return path.slice(2).split('/')[0] ?? ''
  if (!path.startsWith('.')) return null
  return relative(src, join(src, posix.dirname(file), path)).split('/')[0] ?? ''
}

describe('import direction', () => {
  test.each(files)('%s', (file) => {
    const own = file.split('/')[0] ?? ''
    const rule = folders[own]
    expect(rule, `folder ${own} is not in the table`).toBeDefined()
    if (!rule) return
    const text = readFileSync(join(src, file), 'utf8')
    const paths = [...text.matchAll(statement)].map((m) => m[1] ?? m[2] ?? '')
    for (const path of paths) {
      const folder = folderOf(file, path)
      if (folder === null) expect(path, `${own} may not import a package like this`).toMatch(rule.others)
      else if (folder !== own) expect(rule.ours, `${file} imports ${path}`).toContain(folder)
    }
  })
})
