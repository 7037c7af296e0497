import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of a server with the model district. */
    demo: string
    /** Address of a server whose database is empty, its data folder, and the program that can import into it. */
    empty: { url: string; data: string; program: string }
  }
}

/** The program under test. */
export const program = resolve(process.env.E2E_BIN ?? '../bin/zhuwang')
const startWithin = 120_000 // ms

export interface Server {
  url: string
  data: string
  process: ChildProcess
  /** What the program wrote until it was ready. */
  said: string
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer().once('error', fail)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address ? done(address.port) : fail(new Error('no port'))))
    })
  })
}

/** Starts `zhuwang COMMAND` on a data folder of its own and waits until it can answer; or again, where it was before. */
export async function start(command: string, before?: Server, options: string[] = []): Promise<Server> {
  const data = before?.data ?? (await mkdtemp(join(tmpdir(), 'zhuwang-e2e-')))
  const port = before ? Number(new URL(before.url).port) : await freePort()
  const url = `http://127.0.0.1:${port}`
  const said: string[] = []
  const child = spawn(program, [command, '--data', data, '--listen', `127.0.0.1:${port}`, '--admin-listen', '', ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.on('data', (b: Buffer) => said.push(b.toString()))
  child.stderr.on('data', (b: Buffer) => said.push(b.toString()))
  const until = Date.now() + startWithin
  for (;;) {
    if (child.exitCode !== null) throw new Error(`zhuwang ${command} ended with ${child.exitCode}:\n${said.join('')}`)
    if (Date.now() > until) {
      child.kill('SIGTERM')
      throw new Error(`zhuwang ${command} was not ready within ${startWithin} ms:\n${said.join('')}`)
    }
    const answer = await fetch(`${url}/readyz`).catch(() => null)
    if (answer?.ok) return { url, data, process: child, said: said.join('') }
    await new Promise((again) => setTimeout(again, 100))
  }
}

export async function stop({ process: child, data }: Server): Promise<void> {
  if (child.exitCode === null) {
    const ended = new Promise((done) => child.once('exit', done))
    child.kill('SIGTERM')
    await ended
  }
  await rm(data, { recursive: true, force: true })
}

/** The servers of the browser tests. E2E_URL names a running model district to use instead of starting one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!existsSync(program)) throw new Error(`${program} is missing: run \`make build\` first`)
  const running = process.env.E2E_URL
  const servers = await Promise.all([start('serve'), ...(running ? [] : [start('demo')])])
  const [empty, demo] = servers
  if (!empty) throw new Error('no server')
  project.provide('demo', running ?? demo?.url ?? '')
  project.provide('empty', { url: empty.url, data: empty.data, program })
  return async () => {
    await Promise.all(servers.map(stop))
  }
}
