import type { ShallowRef } from 'vue'
import { nextTick, onMounted, onUnmounted, ref } from 'vue'
import type { NetMap } from '@/map/NetMap'
import type { Theme } from '@/ui/theme'
import { setTheme, theme } from '@/ui/theme'

/** Prints the card with a picture of the map as it is now. The picture exists only while the printer is asked. */
export function usePrint(map: ShallowRef<NetMap | null>) {
  const picture = ref('')

  async function print(): Promise<void> {
    before()
    await nextTick()
    picture.value = (await map.value?.snapshot()) ?? ''
    await nextTick()
    await Promise.all([...document.querySelectorAll<HTMLImageElement>('.sheet-print img')].map((i) => i.decode()))
    window.print()
  }

  /** Paper is light, whatever the screen is. */
  let screen: Theme | null = null
  function before(): void {
    screen ??= theme.value
    if (theme.value === 'dark') setTheme('light')
  }
  function done(): void {
    picture.value = ''
    if (screen) setTheme(screen)
    screen = null
  }
  onMounted(() => {
    window.addEventListener('beforeprint', before)
    window.addEventListener('afterprint', done)
  })
  onUnmounted(() => {
    window.removeEventListener('beforeprint', before)
    window.removeEventListener('afterprint', done)
  })
  return { picture, print }
}
