import { AtlasError, type ErrorCode } from '../core/errors.ts'
import { TRANSFORM_STEPS, transformDefinition } from '../core/transform-run.ts'
import { newId } from '../core/ids.ts'
import { insertRun, readRun, type RunRow } from '../store/runs.ts'
import type { Run } from '../contract/runs.ts'
import type { RunEnvironment } from './run-context.ts'
import type { RunEvents } from './run-events.ts'
import { readTransformCatalog } from './transform-catalog.ts'

export interface BuiltTransform {
  runId: string
  dataset: string
  snapshotId: string
  rows: number
}

/** Another process may carry the run out, and its events may be lost: the row is looked at this often. */
const LOOK_MS = 1_000

/**
 * Builds and publishes the navigate dataset of one transform in a run of its own, and waits for its end.
 * @param queued hears of the run once it is durable
 * @throws AtlasError `transform.not_found`, and what the run failed with: `sql.*`, `run.blocked`, `dataset.conflict`
 */
export async function runTransform(
  { db, now, random }: Pick<RunEnvironment, 'db' | 'now' | 'random'>,
  events: RunEvents,
  { name, by, workingFolder }: { name: string; by: string; workingFolder: string },
  queued: (run: Run) => void,
): Promise<BuiltTransform> {
  const { transforms, problems } = await readTransformCatalog(db, workingFolder)
  const rule = transforms.get(name)
  const problem = problems.find((text) => text.startsWith(`Transform ${name}:`))
  if (rule === undefined) throw new AtlasError('transform.not_found', problem ?? `There is no transform ${name}.`)
  const id = newId('r', now().getTime(), random)
  const definition = { ...transformDefinition(rule), retries: { attempts: 1, first: '60s', factor: 2, longest: '1h' } }
  const origin = { kind: 'transform', trigger: 'api', requestedBy: by, workingFolder } as const
  const run = await insertRun(db, { id, definition, steps: TRANSFORM_STEPS, ...origin })
  queued(run)
  const row = await endOf({ db }, events, id)
  if (row.state !== 'succeeded') throw failureOf(row)
  const built = row.report?.datasets.find((dataset) => dataset.name === `navigate.${name}`)
  if (built === undefined) throw new Error(`run ${id} succeeded without navigate.${name}`)
  return { runId: id, dataset: built.name, snapshotId: built.snapshotId, rows: built.rows }
}

function failureOf({ id, state, error }: RunRow): AtlasError {
  if (error === null) return new AtlasError('run.interrupted', `Run ${id} ended as ${state}; it published nothing.`)
  return new AtlasError(error.code as ErrorCode, error.detail, { next: error.next })
}

async function endOf({ db }: Pick<RunEnvironment, 'db'>, events: RunEvents, runId: string): Promise<RunRow> {
  for (;;) {
    const told = Promise.withResolvers<void>()
    const unsubscribe = events.subscribe((event) => {
      if (event.kind === 'run' && event.run.id === runId) told.resolve()
    })
    const timer = setTimeout(told.resolve, LOOK_MS)
    try {
      const row = await readRun(db, runId)
      if (row.state !== 'queued' && row.state !== 'running') return row
      await told.promise
    } finally {
      clearTimeout(timer)
      unsubscribe()
    }
  }
}
