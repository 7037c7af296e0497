import { ref } from 'vue'
import type { Key } from './i18n'
import { t } from './i18n'

/** The short message at the foot of the page, read out politely. */
export const toast = ref('')

let timer: ReturnType<typeof setTimeout> | undefined
const shownFor = 4000 // ms

export function say(text: string): void {
  toast.value = text
  clearTimeout(timer)
  timer = setTimeout(() => (toast.value = ''), shownFor)
}

/** Copies a text and says so; where the browser refuses, the text itself is shown to be copied by hand. */
export async function copyText(text: string, done: Key): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    say(t(done))
  } catch {
    say(text)
  }
}
