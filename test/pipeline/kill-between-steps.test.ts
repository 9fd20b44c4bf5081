import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PipelineInput } from '../../src/contract/pipelines.ts'
import { sql } from '../../src/core/sql.ts'
import { startProcess } from '../support/child-process.ts'
import { LONG } from '../support/long-tests.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { openRunPlatform } from '../support/run-platform.ts'
import { tablesOf, type TableRow } from '../support/table-connector.ts'

const PROGRAM = new URL('programs/run-until.ts', import.meta.url).pathname
const STEPS = ['plan', 'extract', 'land', 'classify', 'standardise', 'check', 'transform', 'publish']
/** Every moment between two steps: one step has ended as the next one begins. The last ends with what is published. */
const EVERY = [...STEPS.map((step) => `${step} running`), 'publish succeeded']
const MOMENTS = LONG ? EVERY : ['extract running', 'standardise running', 'publish running', 'publish succeeded']

let database: TestDatabase
let folder: string
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'atlas-kill-steps-'))
})
afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const row = (id: number, at: number, v = `v${id}`): TableRow => ({ id, at, v })
const BEFORE = [row(1, 1), row(2, 2), row(3, 2)]
const AFTER = [row(1, 1), row(3, 2), row(4, 2), row(2, 5, 'changed'), row(5, 5), row(6, 9)]

/** A run to its end in this process, and what is published then. */
async function runHere(pipeline: PipelineInput, tables: Record<string, TableRow[]>) {
  const source = tablesOf(tables)
  const platform = await openRunPlatform(database, folder, [source.connector])
  try {
    const report = await platform.run(pipeline).catch((error: unknown) => {
      throw new Error(`the run broke: ${platform.errors.map(String).join('; ')}`, { cause: error })
    })
    expect(platform.errors).toEqual([])
    const rows = (dataset: string) => platform.rows(dataset, sql`select string_agg(id || ':' || v, ' ' order by id, v)`)
    return {
      report,
      chunksRead: source.chunksRead,
      explore: await rows(`explore.${pipeline.name}`),
      chart: await rows(`chart.${pipeline.name}`),
    }
  } finally {
    await platform.close()
  }
}

async function runKilled(pipeline: PipelineInput, tables: Record<string, TableRow[]>, moment: string): Promise<void> {
  const child = startProcess(PROGRAM, [database.url, folder, JSON.stringify({ pipeline, tables, moment })], { env: process.env })
  const { signal, stderr } = await child.ended
  expect(signal, stderr).toBe('SIGKILL')
}

describe('a process killed between two steps', () => {
  it.each(MOMENTS)('at "%s" of an incremental merge loses no row, doubles none, and the next run makes it whole', async (moment) => {
    const name = `merge_${moment.replace(' ', '_')}`
    const rule = { name, mode: 'merge' as const, cursor: { column: 'at' } }
    const pipeline: PipelineInput = { name, source: { connector: 'kafka' }, streams: [rule] }
    const first = await runHere(pipeline, { [name]: BEFORE })
    expect(first.chart).toEqual([['1:v1 2:v2 3:v3']])
    await runKilled(pipeline, { [name]: AFTER }, moment)
    const last = await runHere(pipeline, { [name]: AFTER })
    expect(last.report).toMatchObject({ error: null, status: 'succeeded' })
    expect(last.chart).toEqual([['1:v1 2:changed 3:v3 4:v4 5:v5 6:v6']])
    expect(last.explore).toEqual([['1:v1 2:changed 2:v2 3:v3 4:v4 5:v5 6:v6']])
    const { state } = await database.db.selectFrom('stream_states').select('state').where('pipeline', '=', name).executeTakeFirstOrThrow()
    expect(state).toEqual({ high: 9 })
  })

  it.each(LONG ? [1, 2, 3, 4] : [4])('before chunk %i of a full refresh goes on from the chunk before it', async (chunk) => {
    const name = `full_${chunk}`
    const pipeline: PipelineInput = { name, source: { connector: 'kafka' }, streams: [{ name }] }
    await runHere(pipeline, { [name]: BEFORE })
    const table = Array.from({ length: 10 }, (_, index) => row(index + 10, index))
    await runKilled(pipeline, { [name]: table }, `chunk ${chunk}`)
    const last = await runHere(pipeline, { [name]: table })
    expect(last.chunksRead).toEqual([0, 1, 2, 3, 4].filter((one) => one >= chunk).map((one) => `${name}:${one}`))
    expect(last.chart).toEqual([['10:v10 11:v11 12:v12 13:v13 14:v14 15:v15 16:v16 17:v17 18:v18 19:v19']])
  })
})
