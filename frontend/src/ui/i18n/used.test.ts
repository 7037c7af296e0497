import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { zh } from './zh'

const src = fileURLToPath(new URL('../..', import.meta.url))
const text = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|vue)$/.test(name) && !/i18n|\.test\.ts$|schema/.test(name))
  .map((name) => readFileSync(join(src, name), 'utf8'))
  .join('\n')

// A key is used where it stands as a whole, or where the part before its last dot is completed by a value: t(`dir.${side}`).
test.each(Object.keys(zh))('%s is used', (key) => {
  const stem = key.slice(0, key.lastIndexOf('.') + 1)
  expect(text.includes(`'${key}'`) || text.includes(`\`${stem}\${`)).toBe(true)
})
