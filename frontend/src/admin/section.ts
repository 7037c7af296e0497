import { ref } from 'vue'

/** The sections of the page, each with the permission that it needs. */
export const sections = { accounts: 'manage-accounts', keys: 'manage-accounts', screens: 'manage-accounts', import: 'manage-accounts', audit: 'audit' } as const
export type Section = keyof typeof sections
export const names = Object.keys(sections) as Section[]

const said = () => new URLSearchParams(location.search).get('section')

/** The section as the address says it; null: none. */
export const asked = ref(said())
addEventListener('popstate', () => (asked.value = said()))

export const addressOf = (section: Section) => `/admin?section=${section}`

export function go(section: Section): void {
  history.pushState(null, '', addressOf(section))
  asked.value = section
}
