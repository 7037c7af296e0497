import createClient from 'openapi-fetch'
import type { components, paths } from './schema'

export type Problem = components['schemas']['Problem']

/** The answer of the server, or why there is none. Status 0: the server could not be reached. */
export type Result<T> = { ok: true; value: T } | { ok: false; problem: Problem }

/** Rule of the problem made here when no answer came at all. */
export const unreachable = 'server-away'

let language = 'zh-CN'

/** The language in which the server words its problems: a BCP 47 tag. */
export function speak(tag: string): void {
  language = tag
}

const origin = typeof location === 'undefined' ? 'http://localhost' : location.origin

export const client = createClient<paths>({
  baseUrl: origin,
  // Looked up at each call, so that a page (or a test) may put its own fetch in place.
  fetch: (request) => globalThis.fetch(request),
})

client.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', language)
    return request
  },
})

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'rule' in body && 'title' in body
}

/** Turns a call into a Result. An aborted call keeps rejecting: nobody waits for it any more. */
export async function result<T>(call: Promise<Answer<T>>): Promise<Result<T>> {
  try {
    const { data, error, response } = await call
    if (data !== undefined) return { ok: true, value: data }
    if (isProblem(error)) return { ok: false, problem: error }
    const request_id = response.headers.get('X-Request-Id') ?? undefined
    return { ok: false, problem: { type: 'about:blank', title: response.statusText, status: response.status, rule: 'unknown', request_id } }
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    return { ok: false, problem: { type: 'about:blank', title: '', status: 0, rule: unreachable } }
  }
}
