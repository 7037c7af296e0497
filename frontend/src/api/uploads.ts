import { get, post } from './client'
import type { Result } from './client'
import type { components } from './schema'

export type Upload = components['schemas']['Upload']
export type UploadLook = components['schemas']['UploadLook']
export type UploadPlan = components['schemas']['UploadPlan']
export type UploadJob = components['schemas']['UploadJob']
export type UploadPlace = components['schemas']['UploadPlace']
export type PointRole = components['schemas']['PointRole']
export type Batch = components['schemas']['Batch']
export type Redeclared = components['schemas']['BatchRedeclared']
export type Point = components['schemas']['Point']

/** Rule of the problem that the server does not have a file: it was restarted, or the file grew old. */
export const gone = 'no-such-upload'

/** Sends a file. Nothing is stored of its points. */
export const receive = (file: File): Promise<Result<Upload>> => post('/api/v1/uploads', { name: file.name }, file)

export const upload = (id: string): Promise<Result<Upload>> => get('/api/v1/uploads/{upload}', { path: { upload: id } }, { cache: 'no-store' })

/** What the file looks like, read in a certain way. */
export const look = (id: string, reading: { encoding?: string; layer?: string; delimiter?: string }): Promise<Result<UploadLook>> =>
  get('/api/v1/uploads/{upload}/columns', { path: { upload: id }, query: reading }, { cache: 'no-store' })

/** Begins a preview, or stores the points: answers with the job, which may go on. */
export const start = (id: string, what: 'preview' | 'import', plan: UploadPlan): Promise<Result<Upload>> => post(`/api/v1/uploads/${id}/${what}`, {}, plan)

export const cancel = (id: string): Promise<Result<Upload>> => post(`/api/v1/uploads/${id}/cancel`, {})

/** Lets go of a file; nobody waits for the answer. */
export const remove = (id: string): void => void fetch(`/api/v1/uploads/${id}`, { method: 'DELETE', keepalive: true }).catch(() => undefined)

export const rejectsAddress = (id: string) => `/api/v1/uploads/${id}/rejects.csv`

export const batches = (district: string): Promise<Result<components['schemas']['BatchPage']>> => get('/api/v1/points/batches', { query: { district } }, { cache: 'no-store' })

/** Says that a whole batch is in another datum. */
export const redeclare = (district: string, batch: string, crs: Batch['crs']): Promise<Result<Redeclared>> =>
  post(`/api/v1/points/batches/${encodeURIComponent(batch)}/crs`, { district }, { crs })

/** The first points of a batch, the last observed first. */
export const pointsOf = (district: string, batch: string, limit: number): Promise<Result<components['schemas']['PointPage']>> =>
  get('/api/v1/points', { query: { district, batch, limit } }, { cache: 'no-store' })

export const batchCSV = (district: string, batch: string) => `/api/v1/points.csv?district=${district}&batch=${encodeURIComponent(batch)}`
