import { type Kysely, sql } from 'kysely'
import type { RunStream } from '../contract/runs.ts'
import type { SourceRun, SourceState } from '../contract/sources.ts'
import type { ProblemDetails } from '../core/errors.ts'
import type { RunsTable } from './run-tables.ts'
import type { Schema } from './schema.ts'

type RunState = RunsTable['state']
type Ended = Exclude<RunState, 'queued' | 'running'>

/** What became of a stream the last time that a run had it, and of which run that was. */
export interface StreamEvidence extends RunStream {
  runId: string
  finishedAt: Date | null
}

/** What the runs of a source tell of it. Cancelled runs tell nothing. */
export interface SourceEvidence {
  isOpen: boolean
  /** State of the newest run that came to an end. */
  lastState: Ended | null
  lastRun: SourceRun | null
  lastSuccessAt: Date | null
  /** By stream, the newest first. */
  streams: Map<string, StreamEvidence>
  /** By stream: when it was last read to its end. */
  readAt: Map<string, Date>
}

/** Runs looked back on for what became of each stream. */
const LOOKED_AT = 30
const LISTED = 100

interface HistoryRow {
  id: string
  pipeline: string
  state: RunState
  queued_at: Date
  started_at: Date | null
  finished_at: Date | null
  source_rows: number | null
  published_rows: number | null
  quarantined_rows: number | null
  error: ProblemDetails | null
  streams: RunStream[] | null
  success_at: Date | null
}

/** Runs of a source, the newest first, at most 100. */
export async function readHistory(db: Kysely<Schema>, source: string): Promise<SourceRun[]> {
  return (await newestRuns(db, [source], LISTED)).map(toSourceRun)
}

/** What the newest runs of each of the sources tell. Every name has its entry. */
export async function readEvidence(db: Kysely<Schema>, sources: readonly string[]): Promise<Map<string, SourceEvidence>> {
  const rows = sources.length === 0 ? [] : await newestRuns(db, sources, LOOKED_AT)
  const bySource = Map.groupBy(rows, (row) => row.pipeline)
  return new Map(sources.map((source) => [source, toEvidence(bySource.get(source) ?? [])]))
}

async function newestRuns(db: Kysely<Schema>, sources: readonly string[], limit: number): Promise<HistoryRow[]> {
  const { rows } = await sql<HistoryRow>`
    select r.id, r.pipeline, r.state, r.queued_at, r.started_at, r.finished_at, r.source_rows, r.published_rows, r.quarantined_rows, r.error,
      r.report -> 'streams' as streams, s.at as success_at
    from unnest(${sql.val([...sources])}::text[]) as wanted (name)
    cross join lateral (
      select * from runs where runs.pipeline = wanted.name and runs.kind = 'pipeline' order by queued_at desc, id desc limit ${sql.lit(limit)}) r
    left join lateral (
      select max(finished_at) as at from runs where runs.pipeline = wanted.name and runs.kind = 'pipeline' and runs.state = 'succeeded') s on true
    order by r.queued_at desc, r.id desc`.execute(db)
  return rows
}

function toEvidence(rows: readonly HistoryRow[]): SourceEvidence {
  const ended = rows.filter(({ state }) => !isOpen(state) && state !== 'cancelled')
  const streams = new Map<string, StreamEvidence>()
  const readAt = new Map<string, Date>()
  for (const row of ended)
    for (const stream of row.streams ?? []) {
      if (!streams.has(stream.name)) streams.set(stream.name, { ...stream, runId: row.id, finishedAt: row.finished_at })
      if (stream.state === 'succeeded' && row.finished_at !== null && !readAt.has(stream.name)) readAt.set(stream.name, row.finished_at)
    }
  const [newest] = rows
  return {
    isOpen: rows.some(({ state }) => isOpen(state)),
    lastState: (ended[0]?.state as Ended | undefined) ?? null,
    lastRun: newest === undefined ? null : toSourceRun(newest),
    lastSuccessAt: newest?.success_at ?? null,
    streams,
    readAt,
  }
}

function isOpen(state: RunState): boolean {
  return state === 'queued' || state === 'running'
}

function toSourceRun(row: HistoryRow): SourceRun {
  const started = row.started_at ?? row.queued_at
  return {
    runId: row.id,
    state: row.state,
    queuedAt: row.queued_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    durationMs: row.finished_at === null ? null : Math.max(0, row.finished_at.getTime() - started.getTime()),
    sourceRows: row.source_rows,
    publishedRows: row.published_rows,
    quarantinedRows: row.quarantined_rows,
    error: row.error,
  }
}

/**
 * The state of a source: that of its worst stream, by what happened. What was never run is never on time.
 * @param chosen names of its streams; empty when it reads all there are
 */
export function stateOf(evidence: SourceEvidence, chosen: readonly string[], isPaused: boolean): SourceState {
  if (evidence.isOpen) return 'running'
  if (isPaused) return 'paused'
  const { lastState } = evidence
  if (lastState === null) return 'never_run'
  if (lastState === 'failed' || lastState === 'blocked') return 'failing'
  const states = chosenStates(evidence, chosen)
  const failed = states.filter((state) => state !== 'succeeded' && state !== 'rate_limited').length
  if (states.length > 0 && failed === states.length) return 'failing'
  if (failed > 0 || lastState === 'partial') return 'partial'
  return states.includes('rate_limited') || lastState === 'rate_limited' ? 'rate_limited' : 'on_time'
}

/** Streams chosen, and how many of them were delivered the last time that a run had them; null before the first run. */
export function deliveredOf(evidence: SourceEvidence, chosen: readonly string[]): { delivered: number; chosen: number } | null {
  if (evidence.lastState === null) return null
  const states = chosenStates(evidence, chosen)
  return { delivered: states.filter((state) => state === 'succeeded').length, chosen: states.length }
}

/** Null where a chosen stream was never in a run. */
function chosenStates(evidence: SourceEvidence, chosen: readonly string[]): (RunStream['state'] | null)[] {
  const names = chosen.length > 0 ? chosen : namesInLastRun(evidence)
  return names.map((name) => evidence.streams.get(name)?.state ?? null)
}

/** A source that reads all there are: those that its newest run found, and no stream that is gone since. */
function namesInLastRun({ streams, lastRun }: SourceEvidence): string[] {
  const all = [...streams.values()]
  const newest = all.filter(({ runId }) => runId === lastRun?.runId)
  return (newest.length > 0 ? newest : all).map(({ name }) => name)
}
