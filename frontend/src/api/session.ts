import { end, get, post } from './client'
import type { Result } from './client'
import type { components } from './schema'

export type WhoAmI = components['schemas']['WhoAmI']
export type SessionBegun = components['schemas']['SessionBegun']
export type SessionItem = components['schemas']['SessionItem']
export type FactorOffer = components['schemas']['FactorOffer']

/** Rule of the problem that a code of the second factor is needed beside the password. */
export const needsCode = 'sign-in-needs-code'

/** Where a browser goes to sign in at the identity provider. */
export const providerAddress = '/api/v1/session/oidc'

/** Who asks, and what they may. */
export const whoAmI = (): Promise<Result<WhoAmI>> => get('/api/v1/session', {}, { cache: 'no-store' })

/** Signs in; the session is a cookie that no script reads. */
export const signIn = (body: components['schemas']['SignInBody']): Promise<Result<SessionBegun>> => post('/api/v1/session', {}, body)

export const signOut = (): Promise<Result<void>> => end('/api/v1/session')

/** Changes the own password; everything else that is signed in ends. */
export const changePassword = (old: string, to: string): Promise<Result<SessionBegun>> => post('/api/v1/session/password', {}, { old, new: to })

/** Where the own account is signed in, the newest first. */
export const sessions = (): Promise<Result<components['schemas']['SessionPage']>> => get('/api/v1/sessions', {}, { cache: 'no-store' })

export const endSession = (id: string): Promise<Result<void>> => end(`/api/v1/sessions/${encodeURIComponent(id)}`)

/** Draws the secret of a second factor; it counts once a code of it was given. */
export const offerFactor = (): Promise<Result<FactorOffer>> => post('/api/v1/session/factor/offer', {})

/** Makes a secret that was offered the second factor; answers with the recovery codes, told this once. */
export const setFactor = (password: string, secret: string, code: string): Promise<Result<components['schemas']['FactorSet']>> =>
  post('/api/v1/session/factor', {}, { password, secret, code })

export const endFactor = (password: string, code: string): Promise<Result<SessionBegun>> => post('/api/v1/session/factor/end', {}, { password, code })
