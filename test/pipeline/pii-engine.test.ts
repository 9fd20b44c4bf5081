import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PipelineInput } from '../../src/contract/pipelines.ts'
import { sql } from '../../src/core/sql.ts'
import { runEngine } from '../../src/privacy/engines/open-engine.ts'
import { pinSnapshot } from '../../src/store/snapshots.ts'
import { writeTinyModel } from '../privacy/engines/tiny-model.ts'
import { type Fault, type PresidioServer, startPresidioServer } from '../servers/presidio/presidio-server.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { openRunPlatform, type RunPlatform } from '../support/run-platform.ts'
import { tablesOf, type TableRow, type Tables } from '../support/table-connector.ts'

/** A name that no list holds, which the rules cannot find. */
const NAME = 'Qwxyz'
const rules = [{ recognizer: 'SpacyRecognizer', entity: 'PERSON', pattern: new RegExp(NAME, 'g'), score: 0.85 }]

let database: TestDatabase
let platform: RunPlatform
let folder: string
let source: Tables
let presidio: PresidioServer | undefined
beforeEach(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'atlas-pii-engine-'))
  source = tablesOf({})
  platform = await openRunPlatform(database, folder, [source.connector])
})
afterEach(async () => {
  await platform.environment.textEngine?.close()
  await platform.close()
  await presidio?.close()
  presidio = undefined
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

async function usePresidio(fault?: Fault): Promise<void> {
  presidio = await startPresidioServer(rules, fault)
  setEngine({ presidioUrl: presidio.url, piiModel: undefined })
}

function setEngine(settings: Parameters<typeof runEngine>[0]): void {
  const textEngine = runEngine(settings, { fetch })
  if (textEngine !== undefined) platform.environment.textEngine = textEngine
}

function notes(count: number): TableRow[] {
  return Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    at: index + 1,
    v: index % 4 === 0 ? `order ${index} goes to ${NAME} on line ${index}` : `order ${index} goes to store on line ${index}`,
  }))
}

const run = (policy: PipelineInput['policy'] = { entities: { PERSON: 'mask' } }) =>
  platform.run({
    name: 'tables',
    source: { connector: 'kafka' },
    policy,
    streams: [{ name: 'notes', mode: 'append', cursor: { column: 'at' } }],
  })
async function values() {
  const rows = await platform.rows('chart.notes', sql`select id, v`)
  return rows.toSorted(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value)
}

describe('an engine beside the rules', () => {
  it('finds in free text what the rules cannot, and it is masked inside its sentence', async () => {
    await usePresidio()
    source.tables = { notes: notes(8) }
    expect(await run()).toMatchObject({ status: 'succeeded' })
    const masked = await values()
    expect(masked[0]).toBe('order 0 goes to <PERSON> on line 0')
    expect(masked[1]).toBe('order 1 goes to store on line 1')
    const { columns } = await pinSnapshot(database.db, 'chart.notes')
    expect(columns.find(({ name }) => name === 'v')?.pii).toMatchObject({ entity: 'PERSON', within: 'text' })
  })

  it('is asked once about each different text, and about new ones in the next run', async () => {
    await usePresidio()
    source.tables = { notes: [...notes(8), ...notes(8).map((row) => ({ ...row, id: row.id + 8, at: row.id + 8 }))] }
    await run()
    expect(new Set(presidio?.requests.map(({ text }) => text)).size).toBe(8)
    expect(presidio?.requests).toHaveLength(8)
    source.tables = { notes: [...(source.tables['notes'] ?? []), { id: 99, at: 99, v: `one more for ${NAME}` }] }
    await run()
    expect((await values()).at(-1)).toBe('one more for <PERSON>')
  })

  it('is not asked about columns that are no text', async () => {
    await usePresidio()
    source.tables = { notes: Array.from({ length: 5 }, (_, index) => ({ id: index, at: index, v: `plan-${index % 2}` })) }
    await run()
    expect(presidio?.requests).toEqual([])
  })

  it('says which kinds of its own are not masked', async () => {
    await usePresidio()
    rules.push({ recognizer: 'Own', entity: 'STAFF_NUMBER', pattern: /line 0/g, score: 0.9 })
    source.tables = { notes: notes(4) }
    const report = await run()
    rules.pop()
    expect(report.warnings).toEqual([expect.stringContaining('presidio found STAFF_NUMBER in the column v')])
    expect((await values())[0]).toBe('order 0 goes to <PERSON> on line 0')
  })

  it('may be a model in a folder', async () => {
    await writeTinyModel(path.join(folder, 'model'), { words: { [NAME.toLowerCase()]: 'B-PER' }, labels: ['O', 'B-PER'] })
    setEngine({ piiModel: path.join(folder, 'model'), presidioUrl: undefined })
    source.tables = { notes: notes(4) }
    await run()
    expect((await values())[0]).toBe('order 0 goes to <PERSON> on line 0')
  })
})

describe('an engine that fails lets nothing be published', () => {
  it.each<[string, string, () => Promise<void>]>([
    ['Presidio is down', 'pii.engine_unreachable', async () => setEngine({ presidioUrl: 'http://127.0.0.1:9', piiModel: undefined })],
    [
      'Presidio fails on one text',
      'pii.engine_failed',
      () => usePresidio(({ number }) => (number === 5 ? { status: 500, body: '{}' } : null)),
    ],
    [
      'the folder of the model is empty',
      'pii.model_unusable',
      async () => setEngine({ piiModel: path.join(folder, 'nothing'), presidioUrl: undefined }),
    ],
    [
      'the model is damaged',
      'pii.model_unusable',
      async () => {
        await writeTinyModel(path.join(folder, 'model'), { words: {}, labels: ['O', 'B-PER'] })
        await writeFile(path.join(folder, 'model', 'model.onnx'), 'nothing of it')
        setEngine({ piiModel: path.join(folder, 'model'), presidioUrl: undefined })
      },
    ],
  ])('when %s: %s', async (_what, code, prepare) => {
    await prepare()
    source.tables = { notes: notes(8) }
    expect(await run()).toMatchObject({ status: 'failed', error: { code } })
    for (const layer of ['explore', 'chart', 'navigate'])
      await expect(platform.rows(`${layer}.notes`)).rejects.toMatchObject({ code: 'dataset.not_found' })
  })

  it('and readers see what they saw before', async () => {
    await usePresidio()
    source.tables = { notes: notes(4) }
    await run()
    await presidio?.close()
    presidio = undefined
    source.tables = { notes: notes(8) }
    expect(await run()).toMatchObject({ status: 'failed', error: { code: 'pii.engine_unreachable' } })
    expect(await values()).toHaveLength(4)
  })
})
