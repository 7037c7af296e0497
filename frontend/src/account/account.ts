import { computed, ref, shallowRef } from 'vue'
import { onCredentialEnd } from '@/api/client'
import type { WhoAmI } from '@/api/session'
import { signIn, signOut, whoAmI } from '@/api/session'
import { say } from '@/ui/toast'

/** Who reads this page; null until the server said so. */
export const who = shallowRef<WhoAmI | null>(null)

/** The dialog that is open: signing in, signing in again after the session ended, the first password, the own account. */
export const dialog = ref<'sign-in' | 'again' | 'first-password' | 'account' | null>(null)

/** The account that is signed in: whoever works at the machine itself, and the public, have none. */
export const account = computed(() => (who.value?.via === 'session' ? (who.value.account ?? null) : null))

/** Whether one can sign in here and has not. */
export const stranger = computed(() => who.value?.sign_in === true && who.value.account === undefined)

/** Whether something is to be offered to the reader. The server decides; this keeps in vain what is not theirs off the page. */
export const may = (permission: string) => who.value?.permissions.includes(permission) ?? true

/** Asks the server who reads this page. */
export async function learn(): Promise<void> {
  const answer = await whoAmI()
  if (!answer.ok) return
  who.value = answer.value
  if (answer.value.must_set_password) dialog.value = 'first-password'
}

onCredentialEnd(() => {
  if (dialog.value === null || dialog.value === 'account') dialog.value = 'again'
})

/**
 * After somebody signed in. Who goes on where the own session ended keeps the page with all that was typed; for anybody else it is
 * read anew: the address says what was looked at.
 */
export async function signedIn(name: string): Promise<void> {
  if (name !== account.value) return location.reload()
  dialog.value = null
  await learn()
}

export async function leave(): Promise<void> {
  await signOut()
  location.reload()
}

const placeKey = 'zhuwang.place'

/** Keeps the place while the reader is at the identity provider. */
export function keepPlace(): void {
  sessionStorage.setItem(placeKey, location.pathname + location.search + location.hash)
}

/** Goes back to the place that was kept. */
export function resumePlace(): void {
  const place = sessionStorage.getItem(placeKey)
  sessionStorage.removeItem(placeKey)
  if (!place || location.search || location.hash) return
  if (new URL(place, location.origin).pathname === location.pathname) history.replaceState(null, '', place)
  else location.replace(place)
}

/** A screen opens the link with its token: the token leaves the address at once, what stays is a session and the map in the form for walls. */
export async function enterScreen(): Promise<void> {
  const token = /^#screen=(.+)$/.exec(location.hash)?.[1]
  if (!token) return
  history.replaceState(null, '', '/?kiosk=1')
  const answer = await signIn({ token: decodeURIComponent(token) })
  if (!answer.ok) say(answer.problem.detail ?? answer.problem.title)
}
