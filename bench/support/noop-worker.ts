import { createInterface } from 'node:readline'
import { randomBytes } from 'node:crypto'
import { newId } from '../../src/core/ids.ts'
import { RunWorker } from '../../src/pipeline/queue/run-worker.ts'
import { StepJournal } from '../../src/pipeline/queue/step-journal.ts'
import type { RunEnd } from '../../src/pipeline/execute-run.ts'
import { RunEvents } from '../../src/pipeline/run-events.ts'
import { commitRun } from '../../src/store/commit.ts'
import { type DatabaseAddress, openDatabase } from '../../src/store/database.ts'
import type { RunRow } from '../../src/store/runs.ts'

/**
 * A worker whose runs do nothing: it claims, shows that it lives, moves a step and commits like every other. Arguments: where the database is, as JSON;
 * runs at once. Prints `ready`; answers each line of its input with the processor time that it has used, in ms; ends when its input does.
 */
const [where = '{}', concurrency = '8'] = process.argv.slice(2)
const address = JSON.parse(where) as DatabaseAddress
const { db, close } = openDatabase(address, { poolSize: Number(concurrency) + 2 })

const journal = new StepJournal(db)
const plan = { stream: '', name: 'plan', finishedAt: null, rowsIn: null, rowsOut: null, bytes: null, note: null } as const

async function execute(row: RunRow): Promise<RunEnd> {
  const key = { runId: row.id, fencingToken: row.fencing_token }
  const marks = journal.open(key, () => undefined)
  const startedAt = new Date().toISOString()
  await marks.note(0, { ...plan, state: 'running', startedAt })
  await marks.flush()
  const none = {
    sourceRows: 0,
    publishedRows: 0,
    quarantinedRows: 0,
    deduplicatedRows: 0,
    discardedRows: 0,
    qualityScore: null,
    piiColumns: null,
  }
  await commitRun(db, {
    ...key,
    drafts: [],
    quarantine: [],
    finish: () => ({ ...none, state: 'succeeded', error: null, report: null }),
    lineage: () => ({ eventType: 'COMPLETE' }) as never,
  })
  await marks.note(0, { ...plan, state: 'succeeded', startedAt, finishedAt: new Date().toISOString() })
  await marks.flush()
  marks.close()
  return { state: 'succeeded', cause: null }
}

const id = newId('w', Date.now(), (bytes) => randomBytes(bytes))
const worker = new RunWorker({
  db,
  events: new RunEvents(),
  worker: { id, role: 'worker', host: 'bench', pid: process.pid, version: 'bench', homeId: 'bench', concurrency: Number(concurrency) },
  name: `bench ${process.pid}`,
  address,
  execute,
  onError: (error) => process.stderr.write(`${String(error)}\n`),
})
await worker.start()
process.stdout.write('ready\n')
createInterface({ input: process.stdin })
  .on('line', () => {
    const { user, system } = process.cpuUsage()
    process.stdout.write(`${(user + system) / 1000}\n`)
  })
  .on('close', () => void worker.stop().then(close))
