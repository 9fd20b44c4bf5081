import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { AtlasError, toProblem } from '../core/errors.ts'
import { commitRun, type RunTotals } from '../store/commit.ts'
import { readReplay } from '../store/quarantine-replays.ts'
import type { RunRow } from '../store/runs.ts'
import type { RunContext, RunEnvironment } from './run-context.ts'
import { removeFiles, removeReplay } from './abandoned-files.ts'
import { namedFirst } from './measuring/named-first.ts'
import { carryOutTransform } from './carry-out-transform.ts'
import type { RunEvents } from './run-events.ts'
import { RunRecorder } from './run-recorder.ts'
import { check } from './steps/check.ts'
import { classify } from './steps/classify.ts'
import { runEvent } from './openlineage.ts'
import { tryAgain } from './try-again.ts'
import { readStreams } from './read-streams.ts'
import { plan, runSteps } from './steps/plan.ts'
import { allRefused, publish, rereadDatasets, runReport, runSchemaChanges } from './steps/publish.ts'
import { standardise } from './steps/standardise.ts'
import { transform } from './steps/transform.ts'

export interface RunEnd {
  /** queued: the attempt failed or was handed over, and the run waits to be tried again. */
  state: RunTotals['state'] | 'queued'
  /** What went wrong, with its inside, for the server's own log. */
  cause: unknown
}

/**
 * Carries out one claimed run. Whatever happens, the run's end is in the store when this resolves; it rejects only when the store cannot be
 * reached, or with `run.superseded` when another attempt has taken the run over: that one says how it ends.
 */
export async function executeRun(environment: RunEnvironment, events: RunEvents, row: RunRow, signal: AbortSignal): Promise<RunEnd> {
  const context: RunContext = {
    environment,
    runId: row.id,
    fencingToken: row.fencing_token,
    requestedBy: row.requested_by,
    kind: row.kind,
    pipeline: row.definition,
    workingFolder: row.working_folder,
    scratch: path.join(environment.scratch, `${row.id}.${row.fencing_token}`),
    signal,
    recorder: new RunRecorder(environment.db, events, { runId: row.id, fencingToken: row.fencing_token }, environment.journal),
    startedAt: environment.now(),
    replay: await readReplay(environment.db, row.id),
    streams: [],
    transforms: [],
    navigate: [],
    refused: [],
    warnings: [],
    checkpointed: new Set(),
  }
  let isOver = true
  try {
    await mkdir(context.scratch, { recursive: true, mode: 0o700 })
    const state = await (row.kind === 'transform' ? carryOutTransform(context) : carryOut(context))
    await context.recorder.flush()
    return { state, cause: null }
  } catch (error) {
    isOver = false
    const end = await endAttempt(context, error)
    isOver = end.state !== 'queued'
    await removeFiles(context)
    return end
  } finally {
    context.recorder.close()
    await rm(context.scratch, { recursive: true, force: true }).catch(() => undefined)
    // The next attempt carries the same mended rows; so does one that comes after a store that could not be reached.
    if (isOver) await removeReplay(context)
  }
}

/** The steps of a run, in order. Nothing is visible before the last one. */
async function carryOut(context: RunContext): Promise<RunTotals['state']> {
  const { recorder, environment } = context
  const planned = await recorder.step('', 'plan', async () => {
    const found = await plan(context)
    const names = context.streams.map((work) => `${work.stream.name} → ${work.table} (${work.rule.mode})`)
    return { ...found, note: names.join(', ') }
  })
  await recorder.declare(runSteps(context.streams))
  await readStreams(context, planned)
  const landed = context.streams.filter((candidate) => candidate.explore !== null)
  for (const work of await namedFirst(environment.db, landed)) {
    const { name } = work.stream
    await recorder.step(name, 'classify', () => classify(context, work))
    await recorder.step(name, 'standardise', () => standardise(context, work))
  }
  // Rules that compare datasets see all of them as this run will publish them.
  for (const work of context.streams.filter((candidate) => candidate.chart !== null))
    await recorder.step(work.stream.name, 'check', () => check(context, work))
  await recorder.step('', 'transform', () => transform(context))
  let state: RunTotals['state'] = 'succeeded'
  await recorder.step('', 'publish', async () => {
    const published = await publish(context)
    state = published.state
    return published
  })
  return state
}

async function endAttempt(context: RunContext, thrown: unknown): Promise<RunEnd> {
  const error: unknown = context.signal.aborted && !(thrown instanceof AtlasError) ? context.signal.reason : thrown
  if (error instanceof AtlasError && error.code === 'run.superseded') throw error
  const state = endState(error)
  const problem = toProblem(error)
  await context.recorder.log(state === 'cancelled' ? 'warn' : 'error', `${problem.code}: ${problem.detail}`)
  await context.recorder.end(state, problem.detail)
  if ((state === 'failed' || state === 'rate_limited') && (await tryAgain(context, state, error))) return { state: 'queued', cause: error }
  return endRun(context, state, error)
}

async function endRun(context: RunContext, state: RefusedState, error: unknown): Promise<RunEnd> {
  const problem = toProblem(error)
  const isBlocked = state === 'blocked' && context.replay === null
  await commitRun(context.environment.db, {
    runId: context.runId,
    fencingToken: context.fencingToken,
    drafts: [],
    quarantine: isBlocked ? allRefused(context) : [],
    reread: isBlocked ? rereadDatasets(context) : [],
    // The rows are to be mended at their source: the next run must not go on with those of this one.
    startOver: isBlocked ? context.streams.map((work) => work.stream.name) : [],
    schemaChanges: context.streams.flatMap((work) => runSchemaChanges(context, work)),
    refusedChecks: context.streams.map((work) => ({ dataset: `chart.${work.table}`, results: work.checks })),
    finish: () => ({
      state,
      sourceRows: context.streams.some((work) => work.read !== null)
        ? context.streams.reduce((sum, work) => sum + (work.read?.sourceRows ?? 0), 0)
        : null,
      publishedRows: 0,
      quarantinedRows: null,
      deduplicatedRows: null,
      discardedRows: null,
      qualityScore: null,
      piiColumns: null,
      error: problem,
      report: { ...runReport(context, new Map(), state), publishedRows: 0, error: problem },
    }),
    lineage: (_ids, totals) => runEvent(context, totals, [], context.environment.now()),
  })
  return { state, cause: error }
}

type RefusedState = 'failed' | 'blocked' | 'cancelled' | 'rate_limited'

function endState(error: unknown): RefusedState {
  if (!(error instanceof AtlasError)) return 'failed'
  if (error.code === 'run.cancelled') return 'cancelled'
  if (error.code === 'source.rate_limited') return 'rate_limited'
  return error.code === 'run.blocked' ? 'blocked' : 'failed'
}
