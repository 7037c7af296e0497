import { ref } from 'vue'
import type { Theme } from '@/tokens/theme'
import { themes } from '@/tokens/theme'

export type { Theme } from '@/tokens/theme'

export const themeNames = Object.keys(themes) as Theme[]

/** The theme of the page. */
export const theme = ref<Theme>('light')

export const isTheme = (name: string | null): name is Theme => name !== null && name in themes

export function setTheme(to: Theme): void {
  theme.value = to
  document.documentElement.dataset.theme = to
}

export function nextTheme(): Theme {
  return themeNames[(themeNames.indexOf(theme.value) + 1) % themeNames.length] ?? 'light'
}

/** What the reader's system asks for. */
export function preferredTheme(): Theme {
  if (matchMedia('(prefers-contrast: more)').matches) return 'contrast'
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}
