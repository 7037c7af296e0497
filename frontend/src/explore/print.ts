import type { ShallowRef } from 'vue'
import { nextTick, onMounted, onUnmounted, ref } from 'vue'
import type { NetMap } from '@/map/NetMap'

/** Prints the card with a picture of the map as it is now. The picture exists only while the printer is asked. */
export function usePrint(map: ShallowRef<NetMap | null>) {
  const picture = ref('')

  async function print(): Promise<void> {
    picture.value = (await map.value?.snapshot()) ?? ''
    await nextTick()
    await Promise.all([...document.querySelectorAll<HTMLImageElement>('.sheet-print img')].map((i) => i.decode()))
    window.print()
  }

  const done = () => (picture.value = '')
  onMounted(() => window.addEventListener('afterprint', done))
  onUnmounted(() => window.removeEventListener('afterprint', done))
  return { picture, print }
}
