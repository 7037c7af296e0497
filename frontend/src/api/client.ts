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

/** The paths of the interface that answer GET with JSON, their parameters and their answers. */
type JsonGet = { get: { parameters: { path?: unknown; query?: unknown }; responses: { 200: { content: { 'application/json': unknown } } } } }
type GetPath = { [P in keyof paths]: paths[P] extends JsonGet ? P : never }[keyof paths]
type Parameters<P extends GetPath> = Pick<paths[P]['get']['parameters'], 'path' | 'query'>
type Answer<P extends GetPath> = paths[P]['get']['responses'][200]['content']['application/json']

const origin = typeof location === 'undefined' ? 'http://localhost' : location.origin

let endOfCredential = () => {}

/** What is to be done when the server no longer takes the session of this browser. */
export function onCredentialEnd(then: () => void): void {
  endOfCredential = then
}

/** Asks one path of the interface. An aborted call rejects: nobody waits for it any more. */
export function get<P extends GetPath>(path: P, parameters: Parameters<P>, init?: RequestInit): Promise<Result<Answer<P>>> {
  return send(path, parameters, { ...init, headers: { 'Accept-Language': language } })
}

/** The paths that take changes as JSON. */
type JsonPatch = { patch: { parameters: { path?: unknown; query?: unknown }; requestBody: { content: { 'application/json': unknown } }; responses: { 200: { content: { 'application/json': unknown } } } } }
type PatchPath = { [P in keyof paths]: paths[P] extends JsonPatch ? P : never }[keyof paths]

/** Changes what one path of the interface stands for. */
export function patch<P extends PatchPath>(
  path: P, parameters: Pick<paths[P]['patch']['parameters'], 'path' | 'query'>, body: paths[P]['patch']['requestBody']['content']['application/json'], headers: Record<string, string>,
): Promise<Result<paths[P]['patch']['responses'][200]['content']['application/json']>> {
  return send(path, parameters, { method: 'PATCH', body: JSON.stringify(body), headers: { ...headers, 'Accept-Language': language, 'Content-Type': 'application/json' } })
}

async function send<T>(path: string, parameters: { path?: unknown; query?: unknown }, init: RequestInit): Promise<Result<T>> {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String((parameters.path as Record<string, unknown>)[name])))
  const url = new URL(filled, origin)
  for (const [name, value] of Object.entries(parameters.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  let response: Response
  try {
    response = await fetch(url, init)
  } catch (cause) {
    if (init.signal?.aborted) throw cause
    return { ok: false, problem: { type: 'about:blank', title: '', status: 0, rule: unreachable } }
  }
  const body: unknown = await response.json().catch(() => undefined)
  if (response.status === 204 || (response.ok && body !== undefined)) return { ok: true, value: body as T }
  if (response.status === 401 && isProblem(body) && body.rule === 'credential-refused') endOfCredential()
  if (isProblem(body)) return { ok: false, problem: body }
  const request_id = response.headers.get('X-Request-Id') ?? undefined
  return { ok: false, problem: { type: 'about:blank', title: response.statusText, status: response.status, rule: 'unknown', request_id } }
}

/** Sends a body to a path: a value as JSON, a file as it is. The path is filled in already. */
export function post<T>(path: string, query: Record<string, string | undefined>, body?: unknown): Promise<Result<T>> {
  const type: Record<string, string> = body instanceof Blob ? { 'Content-Type': 'application/octet-stream' } : body === undefined ? {} : { 'Content-Type': 'application/json' }
  return send(path, { query }, { method: 'POST', body: body instanceof Blob ? body : body === undefined ? undefined : JSON.stringify(body), headers: { ...type, 'Accept-Language': language } })
}

/** Ends what a path stands for. The path is filled in already. */
export function end(path: string): Promise<Result<void>> {
  return send(path, {}, { method: 'DELETE', headers: { 'Accept-Language': language } })
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'rule' in body && 'title' in body
}
