import { end, get, patch, post } from './client'
import type { Result } from './client'
import type { components } from './schema'

export type AccountItem = components['schemas']['AccountItem']
export type GrantBody = components['schemas']['GrantBody']
export type KeyItem = components['schemas']['KeyItem']
export type KeyMade = components['schemas']['KeyMade']
export type Imported = components['schemas']['AccountsImported']
export type AuditItem = components['schemas']['AuditItem']

interface Page<T> {
  items: T[]
  next: string | null
  count: number
}

const fresh = (signal?: AbortSignal): RequestInit => ({ cache: 'no-store', signal })
const at = (account: string) => `/api/v1/accounts/${encodeURIComponent(account)}`

/** The accounts that the reader manages, by name. */
export async function accounts(filter: { q?: string; role?: string; kind?: AccountItem['kind'] }, after: string | undefined, limit: number, signal?: AbortSignal): Promise<Result<Page<AccountItem>>> {
  const answer = await get('/api/v1/accounts', { query: { ...filter, after, limit } }, fresh(signal))
  return answer.ok ? { ok: true, value: { ...answer.value, next: answer.value.next ?? null } } : answer
}

export const account = (name: string): Promise<Result<AccountItem>> => get('/api/v1/accounts/{account}', { path: { account: name } }, fresh())

/** Makes the account of a person; the answer tells its first password, this once. */
export const makeAccount = (body: components['schemas']['AccountBody']): Promise<Result<components['schemas']['AccountMade']>> => post('/api/v1/accounts', {}, body)

/** Takes an account out of use or back; refused if somebody changed it meanwhile. */
export const setDisabled = ({ account, revision }: AccountItem, disabled: boolean): Promise<Result<AccountItem>> =>
  patch('/api/v1/accounts/{account}', { path: { account } }, { disabled }, { 'If-Match': `"${revision}"` })

export const makeGrant = (account: string, grant: GrantBody): Promise<Result<AccountItem>> => post(`${at(account)}/grants`, {}, grant)
export const endGrant = (account: string, id: string): Promise<Result<void>> => end(`${at(account)}/grants/${encodeURIComponent(id)}`)
export const signOutEverywhere = (account: string): Promise<Result<void>> => end(`${at(account)}/sessions`)

/** Draws a new first password, told this once; what was signed in ends. */
export const resetPassword = (account: string, second_factor: boolean): Promise<Result<components['schemas']['PasswordReset']>> => post(`${at(account)}/password`, {}, { second_factor })

/** Keys for programs, or tokens of screens, that stand. */
export async function keys(of: 'keys' | 'screens', signal?: AbortSignal): Promise<Result<Page<KeyItem>>> {
  const answer = await get(`/api/v1/${of}`, { query: {} }, fresh(signal))
  return answer.ok ? { ok: true, value: { ...answer.value, next: null } } : answer
}

/** Makes a key; the answer tells its credential, this once. */
export const makeKey = (body: components['schemas']['KeyBody']): Promise<Result<KeyMade>> => post('/api/v1/keys', {}, body)
export const makeScreen = (body: components['schemas']['ScreenBody']): Promise<Result<KeyMade>> => post('/api/v1/screens', {}, body)
export const revoke = (id: string): Promise<Result<void>> => end(`/api/v1/keys/${encodeURIComponent(id)}`)

/** Makes accounts of a table of members: all of its rows or none. `dry` looks only. */
export const importMembers = (file: File, dry: boolean): Promise<Result<Imported>> => post('/api/v1/accounts/import', { name: file.name, dry: String(dry) }, file)

/** Entries of the audit, the newest first; without a district those of the whole service. The server does not count them. */
export async function audit(
  filter: { district?: string; account?: string; action?: string; since?: string; until?: string }, after: string | undefined, limit: number, signal?: AbortSignal,
): Promise<Result<Page<AuditItem>>> {
  const answer = await get('/api/v1/audit', { query: { ...filter, after, limit } }, fresh(signal))
  return answer.ok ? { ok: true, value: { ...answer.value, count: answer.value.next === null ? 0 : Infinity } } : answer
}
