import { computed, ref, shallowRef, watch } from 'vue'
import type { Problem } from '@/api/client'
import { unreachable } from '@/api/client'
import type { Upload, UploadLook, UploadPlan } from '@/api/uploads'
import { cancel as cancelJob, gone, look as lookInto, receive, remove, start, upload as ask } from '@/api/uploads'
import type { Draft } from './plan'
import { draftOf, missing, planOf } from './plan'

const pollEvery = 500 // ms, while a job runs
const pollAway = 3000 // ms, while the server is away

/** Why a job cannot be followed: the server is away, or has come back without the file. */
export type Lost = 'away' | 'gone' | null

/** A file of points on its way in: sent, settled by a person, previewed, stored. Nothing is stored before a preview of the same plan. */
export function useIntake(district: () => string) {
  const open = ref(false)
  const file = shallowRef<File | null>(null)
  const upload = shallowRef<Upload | null>(null)
  const look = shallowRef<UploadLook | null>(null)
  const draft = ref<Draft | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const busy = ref(false)
  const lost = ref<Lost>(null)
  /** The plan that the last preview was made of. */
  const previewed = shallowRef<UploadPlan | null>(null)
  let running: 'preview' | 'import' | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let round = 0

  const job = computed(() => upload.value?.job ?? null)
  const lacks = computed(() => (draft.value && look.value ? missing(draft.value, look.value) : []))
  const plan = computed(() => (draft.value && look.value && lacks.value.length === 0 ? planOf(draft.value, look.value, district()) : null))
  const runs = computed(() => job.value?.state === 'running' || job.value?.state === 'waiting')
  /** Whether the preview at hand is of the plan as it stands. */
  const fresh = computed(() => previewed.value !== null && JSON.stringify(previewed.value) === JSON.stringify(plan.value))
  const imported = computed(() => job.value?.import === true)

  function forget(): void {
    round++
    clearTimeout(timer)
    if (upload.value) remove(upload.value.id)
    upload.value = look.value = draft.value = problem.value = previewed.value = null
    lost.value = running = null
    busy.value = false
  }

  /** Sends a file and looks into it. */
  async function take(f: File): Promise<void> {
    forget()
    open.value = true
    file.value = f
    await send()
  }

  async function send(): Promise<boolean> {
    const f = file.value
    if (!f) return false
    const own = ++round
    busy.value = true
    problem.value = null
    const answer = await receive(f)
    if (own !== round) {
      if (answer.ok) remove(answer.value.id)
      return false
    }
    busy.value = false
    if (!answer.ok) {
      problem.value = answer.problem
      return false
    }
    upload.value = answer.value
    problem.value = answer.value.problem ?? null
    if (answer.value.look && !draft.value) see(answer.value.look, { encoding: '', layer: '', delimiter: '' })
    return true
  }

  function see(l: UploadLook, reading: Pick<Draft, 'encoding' | 'layer' | 'delimiter'>): void {
    look.value = l
    draft.value = draftOf(l, reading)
    previewed.value = null
  }

  /** Looks into the file again, read in another way. */
  async function reread(reading: Pick<Draft, 'encoding' | 'layer' | 'delimiter'>): Promise<void> {
    if (!upload.value) return
    const own = ++round
    busy.value = true
    const said = Object.fromEntries(Object.entries(reading).filter(([, v]) => v !== ''))
    const answer = await lookInto(upload.value.id, said)
    if (own !== round) return
    busy.value = false
    problem.value = answer.ok ? null : answer.problem
    if (answer.ok) see(answer.value, reading)
  }

  async function run(what: 'preview' | 'import'): Promise<void> {
    const p = what === 'import' ? previewed.value : plan.value
    if (!upload.value || !p) return
    const own = ++round
    running = what
    busy.value = true
    problem.value = null
    lost.value = null
    const answer = await start(upload.value.id, what, p)
    if (own !== round) return
    busy.value = false
    if (what === 'preview') previewed.value = answer.ok ? p : null
    follow(own, answer)
  }

  /** Notes how the job is getting on, and asks again until it ends. */
  function follow(own: number, answer: Awaited<ReturnType<typeof ask>>): void {
    if (answer.ok) {
      upload.value = answer.value
      lost.value = null
      if (runs.value) timer = setTimeout(() => void again(own), pollEvery)
      else running = null
      return
    }
    if (answer.problem.rule === gone) lost.value = 'gone'
    else if (answer.problem.rule === unreachable || answer.problem.status === 503) {
      lost.value = 'away'
      timer = setTimeout(() => void again(own), pollAway)
    } else problem.value = answer.problem
  }

  async function again(own: number): Promise<void> {
    const id = upload.value?.id
    if (own !== round || !id) return
    const answer = await ask(id)
    if (own === round) follow(own, answer)
  }

  /** The server has come back without the file: sends it again and goes on. What is stored already is not stored twice. */
  async function resume(): Promise<void> {
    const what = running ?? 'preview'
    if (await send()) {
      lost.value = null
      await run(what)
    }
  }

  async function cancel(): Promise<void> {
    if (!upload.value) return
    const own = ++round
    clearTimeout(timer)
    follow(own, await cancelJob(upload.value.id))
  }

  function close(): void {
    if (!runs.value) {
      forget()
      file.value = null
    }
    open.value = false
  }

  // A plan that was changed needs another preview; the picture of the old one goes.
  watch(plan, () => {
    if (!fresh.value && upload.value?.job && !runs.value && !imported.value) upload.value = { ...upload.value, job: undefined }
  })

  return { open, file, upload, look, draft, problem, busy, lost, job, lacks, plan, runs, fresh, imported, take, reread, preview: () => run('preview'), store: () => run('import'), resume, cancel, forget, close }
}

export type Intake = ReturnType<typeof useIntake>
