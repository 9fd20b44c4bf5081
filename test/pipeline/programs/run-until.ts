import path from 'node:path'
import type { PipelineInput } from '../../../src/contract/pipelines.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { openRunPlatform } from '../../support/run-platform.ts'
import { tablesOf, type TableRow } from '../../support/table-connector.ts'

/**
 * Carries out a run over tables in memory and kills itself, as `kill -9` does, at the moment named: `<step> <state>` of the stream, or `chunk <n>` before
 * a chunk is read. Arguments: database address, folder, and JSON of `{ pipeline, tables, moment }`.
 */
const [url = '', folder = '', text = ''] = process.argv.slice(2)
const { pipeline, tables, moment } = JSON.parse(text) as { pipeline: PipelineInput; tables: Record<string, TableRow[]>; moment: string }
const { db, pool } = openDatabase({ url }, { poolSize: 5 })
const source = tablesOf(tables)
const dieAt = (now: string): void => {
  if (now === moment) process.kill(process.pid, 'SIGKILL')
}
source.beforeChunk = (_, chunk) => dieAt(`chunk ${chunk}`)
const platform = await openRunPlatform({ url, db, pool, drop: () => Promise.resolve() }, path.resolve(folder), [source.connector], 0)
platform.events.subscribe((event) => {
  if (event.kind === 'step') dieAt(`${event.step.name} ${event.step.state}`)
})
const report = await platform.run(pipeline)
process.stdout.write(`${JSON.stringify(report)}\n`)
await platform.close()
process.exit(0)
