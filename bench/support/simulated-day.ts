import { type Kysely, sql } from 'kysely'
import type { CheckResult } from '../../src/contract/quality.ts'
import { type AttemptMarks, StepJournal } from '../../src/pipeline/queue/step-journal.ts'
import { commitRun } from '../../src/store/commit.ts'
import type { SnapshotDraft } from '../../src/store/commit-snapshots.ts'
import { declareSteps } from '../../src/store/queue/attempt-writes.ts'
import { type Claimer, claimRuns } from '../../src/store/queue/claim.ts'
import type { RunRow } from '../../src/store/runs.ts'
import type { Schema } from '../../src/store/schema.ts'

const NAMES = ['extract', 'land', 'classify', 'standardise', 'check'] as const
const COLUMNS = 12
const FINDINGS = 3
const WINDOW_MS = 200
const NONE = { finishedAt: null, rowsIn: null, rowsOut: null, bytes: null, note: null }

export interface DayOptions {
  /** Rounds that are measured, after one that makes the datasets. */
  rounds: number
  /** Runs that one process carries out side by side. */
  atOnce: number
  streams: number
  /** How long a run takes: what it notes of its steps is spread over it. */
  runMs: number
  claimer: Claimer
  enqueue(id: string, pipeline: string): Promise<unknown>
  log(line: string): void
}

/**
 * Carries out runs side by side as a process does, with all that they do in Postgres and without the time between: they are queued, claimed and planned, their
 * steps are noted in the windows in which they would be, and each publishes explore and chart of every stream as an append.
 * @returns milliseconds in Postgres for a run, and the bytes by which it makes the database larger
 */
export async function simulateDay(db: Kysely<Schema>, options: DayOptions): Promise<Record<string, number>> {
  const { rounds, atOnce, streams, log } = options
  const published = new Map<string, { id: number; files: string[]; rows: number }>()
  const spent = { enqueue: 0, claim: 0, declare: 0, marks: 0, commit: 0, writes: 0, noted: 0 }
  let sizeBefore = 0
  for (let round = 0; round <= rounds; round++) {
    const pipelines = Array.from({ length: atOnce }, (_, index) => `day_${index}`)
    const before = { ...spent }
    spent.enqueue += await time(() => inTurn(pipelines, (pipeline) => options.enqueue(`r_${pipeline}_${round}`, pipeline)))
    let rows: RunRow[] = []
    spent.claim += await time(async () => (rows = await claimRuns(db, options.claimer, atOnce)))
    if (rows.length < atOnce) throw new Error(`${rows.length} of ${atOnce} runs were claimed`)
    const steps = stepsOf(streams)
    spent.declare += await time(() =>
      inTurn(rows, (row) => declareSteps(db, { runId: row.id, fencingToken: row.fencing_token }, steps.slice(1))),
    )
    await carryOutSteps(db, rows, steps, options, spent)
    spent.commit += await time(() => inTurn(rows, (row) => publish(db, row, streams, published)))
    // The first round makes what the others add to.
    if (round === 0) {
      Object.assign(spent, before)
      sizeBefore = await sizeOf(db)
    }
    log(`round ${round} of ${rounds}: ${atOnce} runs of ${streams} streams`)
  }
  const runs = rounds * atOnce
  const all = spent.enqueue + spent.claim + spent.declare + spent.marks + spent.commit
  return {
    runMs: round2(all / runs),
    stepsPerRun: 3 + streams * NAMES.length,
    marksPerWrite: round2(spent.noted / spent.writes),
    markMs: round2(spent.marks / spent.noted, 3),
    stepsMs: round2(spent.marks / runs),
    declareMs: round2(spent.declare / runs),
    snapshotsPerRun: 2 * streams,
    commitMs: round2(spent.commit / runs),
    bytesPerRun: Math.round(((await sizeOf(db)) - sizeBefore) / runs),
  }
}

async function sizeOf(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db)
  return rows[0]?.bytes ?? 0
}

type StepOf = { ordinal: number; stream: string; name: 'plan' | 'transform' | 'publish' | (typeof NAMES)[number] }

function stepsOf(streams: number): StepOf[] {
  const own = Array.from({ length: streams }, (_, stream) => NAMES.map((name) => ({ stream: `s_${stream}`, name }))).flat()
  const all = [
    { stream: '', name: 'plan' as const },
    ...own,
    { stream: '', name: 'transform' as const },
    { stream: '', name: 'publish' as const },
  ]
  return all.map((step, ordinal) => ({ ...step, ordinal }))
}

/** Each window takes the steps that end in it, of one run after the other. */
async function carryOutSteps(
  db: Kysely<Schema>,
  rows: readonly RunRow[],
  steps: readonly StepOf[],
  { runMs }: DayOptions,
  spent: { marks: number; writes: number; noted: number },
): Promise<void> {
  const journal = new StepJournal(db, { windowMs: 3_600_000 })
  const marks = rows.map((row) => journal.open({ runId: row.id, fencingToken: row.fencing_token }, () => undefined))
  const perWindow = Math.max(1, Math.round((rows.length * steps.length * WINDOW_MS) / runMs))
  const ends = steps.flatMap((_, ordinal) => marks.map((attempt) => ({ attempt, ordinal })))
  for (let start = 0; start < ends.length; start += perWindow) {
    const window = ends.slice(start, start + perWindow)
    for (const { attempt, ordinal } of window) spent.noted += await pass(attempt, steps, ordinal)
    spent.marks += await time(() => Promise.all(window.map(({ attempt }) => attempt.flush())))
    spent.writes += 1
  }
  for (const attempt of marks) attempt.close()
}

/** A step ends and the next begins. @returns marks noted */
async function pass(attempt: AttemptMarks, steps: readonly StepOf[], ordinal: number): Promise<number> {
  const [ended, begun] = [steps[ordinal], steps[ordinal + 1]]
  const at = new Date().toISOString()
  if (ended !== undefined)
    await attempt.note(ordinal, { ...ended, ...NONE, state: 'succeeded', startedAt: at, finishedAt: at, rowsIn: 1, rowsOut: 1 })
  if (begun !== undefined) await attempt.note(ordinal + 1, { ...begun, ...NONE, state: 'running', startedAt: at })
  return begun === undefined ? 1 : 2
}

async function publish(
  db: Kysely<Schema>,
  row: RunRow,
  streams: number,
  published: Map<string, { id: number; files: string[]; rows: number }>,
): Promise<void> {
  const names = Array.from({ length: streams }, (_, stream) => [
    `explore.${row.pipeline}_${stream}`,
    `chart.${row.pipeline}_${stream}`,
  ]).flat()
  const drafts = names.map((name) => draftOf(name, row, published))
  const totals = { sourceRows: 0, quarantinedRows: 0, deduplicatedRows: 0, discardedRows: 0, qualityScore: 1, piiColumns: FINDINGS }
  await commitRun(db, {
    runId: row.id,
    fencingToken: row.fencing_token,
    drafts,
    quarantine: [],
    finish: (ids) => {
      for (const draft of drafts) {
        const files = draft.files.map((file) => ('new' in file ? file.new.id : file.existing))
        published.set(draft.dataset, { id: ids.get(draft.dataset) ?? 0, files, rows: draft.rows })
      }
      return { ...totals, publishedRows: streams, state: 'succeeded', error: null, report: null }
    },
    lineage: () =>
      ({ eventType: 'COMPLETE', outputs: drafts.map(({ dataset, columns }) => ({ name: dataset, facets: { columns } })) }) as never,
  })
}

function draftOf(
  dataset: string,
  row: RunRow,
  published: ReadonlyMap<string, { id: number; files: string[]; rows: number }>,
): SnapshotDraft {
  const parent = published.get(dataset)
  const isChart = dataset.startsWith('chart.')
  const id = `f_${dataset}_${row.id}`
  const added = { id, path: `${dataset}/${id}.parquet`, fieldIds: fields(), rows: 1, sizeBytes: 1000, sha256: 'a'.repeat(64), origin: null }
  const checks = isChart ? Array.from({ length: COLUMNS + 2 }, (_, index) => checkOf(index)) : []
  return {
    dataset,
    parentId: parent?.id ?? null,
    operation: parent === undefined ? 'replace' : 'append',
    columns: fields().map((fieldId) => ({ fieldId, name: `column_${fieldId}`, type: 'VARCHAR', source: `Column ${fieldId}`, pii: null })),
    lastFieldId: COLUMNS,
    files: [...(parent?.files ?? []).map((existing) => ({ existing })), { new: added }],
    rows: (parent?.rows ?? 0) + 1,
    quarantined: 0,
    quality: null,
    checks,
    metrics: checks.map((_, index) => metricOf(index)),
    findings: isChart ? Array.from({ length: FINDINGS }, (_, index) => findingOf(index)) : null,
    inputs: isChart ? [{ dataset: dataset.replace('chart.', 'explore.'), snapshotId: null }] : [],
    state: isChart ? null : { pipeline: row.pipeline, stream: dataset, state: { high: row.id } },
  }
}

const fields = (): number[] => Array.from({ length: COLUMNS }, (_, index) => index + 1)

function checkOf(index: number): CheckResult {
  const name = `column_${index + 1}`
  const limits = { warn: null, fail: null }
  const counts = { eligible: 1, failing: 0, figures: {}, message: null, value: null, sample: null }
  const what = {
    rule: `not-blank.${name}`,
    check: 'not-blank',
    title: 'Values are there',
    dimension: 'completeness',
    column: name,
  } as const
  return { ...what, ...counts, limits, status: 'passed', severity: 'info', origin: 'automatic', blocking: false }
}

function metricOf(index: number) {
  const at = new Date()
  const judged = { low: 0, high: 1, verdict: 'ok', reason: null } as const
  return { rule: null, column: `column_${index + 1}`, metric: 'completeness', kind: 'share', value: 1, at, ...judged } as const
}

function findingOf(index: number) {
  return {
    column: `column_${index + 1}`,
    entity: 'EMAIL_ADDRESS',
    matches: 1,
    rows: 1,
    confidence: 0.99,
    within: 'column',
    evidence: [],
  } as never
}

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (const item of items) await work(item)
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

function round2(value: number, digits = 2): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}
