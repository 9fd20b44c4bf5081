import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { Writable } from 'node:stream'
import { sql } from 'kysely'
import pino from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parcels, type ParcelService, startParcelService } from '../support/parcel-service.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'

/** Characters that JSON, URLs and base64 each write in their own way. */
const canary = 'kanarie"bird/7+Å&=?'
const header = 'zweiter-Kanarienvogel-4711'
/** What the service gives is a secret too, once it is kept in place of the one that was entered. */
const refresh = 'refresh-token-number-'

const said: string[] = []
let atlas: TestServer
let service: ParcelService
beforeAll(async () => {
  service = await startParcelService(canary)
  const log = pino({ level: 'trace' }, new Writable({ write: (chunk: Buffer, _, done) => (said.push(String(chunk)), done()) }))
  atlas = await startTestServer({ logger: log }, {}, [parcels], (error) => log.error({ err: error }, 'something failed'))
})
afterAll(async () => {
  await atlas.close()
  await service[Symbol.asyncDispose]()
})

async function ask(method: string, where: string, json?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const reply = await atlas.as('admin')(`/api/v1${where}`, { method, ...(json === undefined ? {} : { json }) })
  const text = await reply.text()
  said.push(text)
  return { status: reply.status, body: text === '' ? {} : JSON.parse(text) }
}

async function runToItsEnd(source: string): Promise<string> {
  const { body } = await ask('POST', `/sources/${source}/sync`, {})
  const id = String(body['id'])
  const events = await atlas.as('admin')(`/api/v1/runs/${id}/events`)
  said.push(await events.text())
  const run = await ask('GET', `/runs/${id}`)
  await ask('GET', `/runs/${id}/log`)
  return String(run.body['state'])
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
}

async function everyRow(): Promise<string> {
  const { db } = atlas.platform
  const { rows: tables } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`.execute(db)
  const dumps = tables.map(async ({ name }) => {
    const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(name)} t`.execute(db)
    return rows.map(({ row }) => `${name}: ${row}`)
  })
  return (await Promise.all(dumps)).flat().join('\n')
}

/** Failed attempts are tried again at once, not in a minute, until the run gives up. */
function hurryRetries(): void {
  atlas.platform.events.subscribe((event) => {
    if (event.kind === 'run' && event.run.state === 'queued' && event.run.failures > 0) void ask('POST', `/runs/${event.run.id}/retry`)
  })
}

/** The text as it is, in JSON, in a URL, in base64 however the bytes around it lie, in hexadecimal, and reversed in case of a joke. */
function formsOf(text: string): string[] {
  const base64 = [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)])
      .toString('base64')
      .replaceAll('=', '')
    const inner = whole.slice(shift + 2, -2)
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')]
  })
  return [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text), encodeURI(text), Buffer.from(text).toString('hex'), ...base64]
}

it('case 56: secrets of sources are in nothing that tests, previews, runs and failures leave behind', { timeout: 60_000 }, async () => {
  hurryRetries()
  const headers = [{ name: 'x-tenant', value: header }]
  const settings = { url: service.url, auth: { type: 'token', token: canary }, headers }
  const policy = {}
  expect((await ask('POST', '/sources/test', { connector: 'kafka', settings })).status).toBe(200)
  expect((await ask('POST', '/sources', { name: 'good', connector: 'kafka', settings })).status).toBe(201)
  await ask('POST', '/sources/good/discover')
  await ask('POST', '/sources/good/preview', { stream: { name: 'parcels' } })
  expect(await runToItsEnd('good')).toBe('succeeded')

  // The service no longer takes the token, and the connector says so with all that it has.
  const closed = { ...settings, url: 'http://127.0.0.1:9' }
  await ask('POST', '/sources', { name: 'dead', connector: 'kafka', settings: closed })
  await ask('POST', '/sources/dead/test')
  await ask('POST', '/sources/dead/preview', { stream: { name: 'parcels' } })
  expect(await runToItsEnd('dead')).toBe('failed')
  service.tokens.clear()
  await ask('POST', '/sources/good/test')
  expect(await runToItsEnd('good')).toBe('failed')

  // A refresh token that is exchanged, and one that is refused.
  const rotating = { url: service.url, auth: { type: 'rotating', refreshToken: `${refresh}0` } }
  await ask('POST', '/sources', { name: 'rotating', connector: 'kafka', settings: rotating })
  expect(await runToItsEnd('rotating')).toBe('succeeded')
  service.refresh = 'revoked'
  expect(await runToItsEnd('rotating')).toBe('failed')

  // Requests that are refused, with the secret in them.
  await ask('POST', '/sources', { name: 'bad', connector: 'kafka', settings: { ...settings, pageSize: canary } })
  await ask('POST', '/sources', { name: 'bad', connector: 'kafka', settings: { ...settings, [canary]: 1 } }).catch(() => undefined)
  await ask('PUT', '/sources/good', { settings: { ...settings, url: 'http://127.0.0.1:9' }, streams: [], policy })
  await ask('PUT', '/pipelines/piped', { name: 'piped', source: { connector: 'kafka', settings } })
  await ask('POST', '/runs', { pipeline: { name: 'direct', source: { connector: 'kafka', settings } } })
  await ask('POST', '/secrets/rotate')
  for (const where of [
    '/sources',
    '/sources/good',
    '/sources/good/history',
    '/sources/good/streams',
    '/pipelines',
    '/runs',
    '/audit',
    '/connectors',
  ])
    await ask('GET', where)

  const { root } = atlas.platform.folders
  const files = (await filesBelow(root)).filter((file) => !file.startsWith(path.join(root, 'keys')))
  expect(files.filter((file) => file.endsWith('.parquet')).length).toBeGreaterThan(2)
  const left = [
    ['replies, events and log', said.join('\n')],
    ['database', await everyRow()],
    ...(await Promise.all(files.map(async (file) => [file, await readFile(file, 'latin1')]))),
  ] as [string, string][]
  expect(left[0]?.[1]).toContain('Bearer ••••••••')
  expect(left[1]?.[1]).toContain('$sealed')
  for (const [where, text] of left)
    for (const secret of [canary, header, `${refresh}0`, `${refresh}1`])
      for (const form of formsOf(secret)) {
        const at = text.indexOf(form)
        expect(at < 0 ? 'nowhere' : `${where}: …${text.slice(Math.max(0, at - 120), at + 60)}`, `${secret} as ${form}`).toBe('nowhere')
      }
})
