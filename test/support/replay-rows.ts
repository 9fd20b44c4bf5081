import type { QuarantineFix } from '../../src/contract/quarantine.ts'
import type { RunReport } from '../../src/contract/runs.ts'
import { planReplay } from '../../src/pipeline/replay/plan-replay.ts'
import { stageFix } from '../../src/pipeline/replay/stage-fix.ts'
import { readMarks, toRanges } from '../../src/store/quarantine-marks.ts'
import { quarantineFiles } from '../../src/store/quarantine-queries.ts'
import { readRun } from '../../src/store/runs.ts'
import type { CsvRuns } from './csv-runs.ts'

const signal = new AbortController().signal

/** Mends rows of a batch (the newest, unless told) and queues the run that carries them back. */
export async function sendBack(
  runs: Pick<CsvRuns, 'database' | 'platform'>,
  dataset: string,
  rows: number[],
  fix: Partial<QuarantineFix>,
  batchIndex = 0,
) {
  const { db } = runs.database
  const batch = (await quarantineFiles(db, dataset))[batchIndex]!
  const target = await planReplay(db, dataset)
  const ranges = toRanges(rows)
  const edits = (fix.edits ?? []).map((edit) => ({ ...edit, batch: batch.id }))
  const whole = { edits, transforms: fix.transforms ?? [] }
  const file = await stageFix(runs.platform.environment, target.explore, { batch: batch.id, path: batch.path, ranges }, whole, signal)
  const ended = Promise.withResolvers<string>()
  const off = runs.platform.events.subscribe((event) => {
    if (event.kind === 'run' && event.run.trigger === 'replay' && event.run.finishedAt !== null) ended.resolve(event.run.id)
  })
  await runs.platform.runs.replay({ target, files: [file], chosen: new Map([[batch.id, ranges]]), requestedBy: 'test' })
  const report = async (): Promise<RunReport> => {
    const id = await ended.promise
    off()
    const run = await readRun(db, id)
    if (run.report?.error?.code === 'internal') throw runs.platform.errors.at(-1)
    return run.report!
  }
  return { ended: report() }
}

/** Mends rows of a batch (the newest, unless told) and waits for the run that carries them back. */
export async function replayRows(
  runs: Pick<CsvRuns, 'database' | 'platform'>,
  dataset: string,
  rows: number[],
  fix: Partial<QuarantineFix>,
  batchIndex = 0,
): Promise<RunReport> {
  return (await sendBack(runs, dataset, rows, fix, batchIndex)).ended
}

/** What became of the rows of a dataset's quarantine, e.g. `1-2 replayed`, by batch. */
export async function statesOf(runs: Pick<CsvRuns, 'database' | 'platform'>, dataset: string): Promise<string[]> {
  const batches = await quarantineFiles(runs.database.db, dataset)
  const marks = await readMarks(
    runs.database.db,
    batches.map(({ id }) => id),
  )
  return marks.map(({ from, to, state }) => `${from}-${to - 1} ${state}`)
}
