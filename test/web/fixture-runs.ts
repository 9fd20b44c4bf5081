import type { LogLine, Run, RunAttempt, RunDetail, Step } from '../../src/contract/runs.ts'
import { HOUR, MIN, ago } from './fixture-clock.ts'
import { checks, findings, quality } from './fixture-measures.ts'

/** When the run of customers was queued that the pages show in full, in ms before now. */
const DONE = 2 * HOUR + 10 * MIN

function run(part: Partial<Run> & { id: string }): Run {
  return {
    pipeline: 'customers',
    state: 'succeeded',
    trigger: 'upload',
    requestedBy: 'admin@example.com',
    kind: 'pipeline',
    cause: null,
    priority: 0,
    attempt: 1,
    failures: 0,
    maxAttempts: 3,
    notBefore: null,
    retryOf: null,
    gaveUpAt: null,
    settledAt: null,
    settledBy: null,
    settledReason: null,
    workedMs: 62_200,
    logicalTime: null,
    queuedAt: ago(DONE),
    startedAt: ago(DONE - 1_200),
    finishedAt: ago(DONE - 63_400),
    sourceRows: 1_204_551,
    publishedRows: 1_204_512,
    quarantinedRows: 39,
    deduplicatedRows: 0,
    discardedRows: 0,
    qualityScore: quality.score,
    piiColumns: findings.length,
    error: null,
    ...part,
  }
}

const uncounted = {
  sourceRows: null,
  publishedRows: null,
  quarantinedRows: null,
  deduplicatedRows: null,
  discardedRows: null,
  qualityScore: null,
  piiColumns: null,
}

const truncated: Run['error'] = {
  type: '/docs#file.truncated',
  title: 'The file ends in the middle',
  status: 422,
  code: 'file.truncated',
  detail: 'orders-2026-11.csv.gz ends after 18,400,512 bytes in the middle of a gzip block.',
  next: 'Copy or download it again.',
  retry: false,
  requestId: 'req_7c1',
}

const blocking = {
  state: 'blocked',
  publishedRows: 0,
  error: {
    type: '/docs#run.blocked',
    title: 'A blocking check failed',
    status: 422,
    code: 'run.blocked',
    detail: '39 of 48,019 rows break “amount ≥ 0” (limit 0).',
    next: 'See which checks failed; mend the rows or the check, then run again.',
    retry: false,
  },
} satisfies Partial<Run>

const counts: Partial<Run>[] = [
  { pipeline: 'orders', sourceRows: 8_120_443, publishedRows: 8_120_443, quarantinedRows: 0, qualityScore: 1, piiColumns: 0 },
  { pipeline: 'customers' },
  { pipeline: 'invoices', sourceRows: 48_031, publishedRows: 48_019, quarantinedRows: 12, qualityScore: 0.942, piiColumns: 1 },
]

/** Scheduled-like runs over the last day: most went well, one failed, one was blocked. */
const stripRuns: Run[] = Array.from({ length: 26 }, (_, index) => {
  const at = 50 * MIN * (index + 2) + (index % 5) * 7 * MIN
  return run({
    ...counts[index % 3],
    id: `r_strip${index}`,
    queuedAt: ago(at + 900),
    startedAt: ago(at),
    finishedAt: ago(at - 20_000 - ((index * 7919) % 240) * 1000),
    trigger: 'cli',
    ...(index === 7 ? { ...uncounted, state: 'failed', error: truncated } : index === 15 ? blocking : {}),
  })
})

export const runningRun: Run = run({
  ...uncounted,
  id: 'r_running',
  pipeline: 'orders',
  state: 'running',
  trigger: 'api',
  queuedAt: ago(75_000),
  startedAt: ago(74_000),
  finishedAt: null,
})
const doneRun = run({ id: 'r_done' })
const brokenRun = {
  ...run({ ...uncounted, id: 'r_failed', pipeline: 'orders', state: 'failed', error: truncated, failures: 1, gaveUpAt: ago(10 * MIN) }),
  queuedAt: ago(12 * MIN),
  startedAt: ago(12 * MIN - 42_000),
  finishedAt: ago(12 * MIN - 95_000),
}

const away = {
  type: '/docs#source.unreachable',
  title: 'The source does not answer',
  status: 502,
  code: 'source.unreachable',
  detail: 'The server at erp.example.com:5432 did not answer within 30 s.',
  next: 'Check the address and the network.',
  retry: true,
}
const pausing = {
  ...run({ ...uncounted, id: 'r_pausing', pipeline: 'invoices', state: 'queued', trigger: 'schedule', attempt: 2, failures: 2 }),
  queuedAt: ago(6 * MIN + 2_000),
  startedAt: ago(5 * MIN),
  finishedAt: null,
  notBefore: ago(-2 * MIN),
}

/** Newest first, as the server sends them. */
export const runs: Run[] = [
  run({
    ...uncounted,
    id: 'r_queued',
    pipeline: 'invoices',
    state: 'queued',
    trigger: 'cli',
    queuedAt: ago(20_000),
    startedAt: null,
    finishedAt: null,
  }),
  runningRun,
  pausing,
  brokenRun,
  doneRun,
  run({
    ...counts[2],
    ...blocking,
    id: 'r_blocked',
    trigger: 'cli',
    requestedBy: 'analyst@example.com',
    queuedAt: ago(3 * HOUR),
    startedAt: ago(3 * HOUR - 400),
    finishedAt: ago(3 * HOUR - 31_000),
    qualityScore: 0.8204,
  }),
  ...stripRuns,
].toSorted((a, b) => Date.parse(b.queuedAt) - Date.parse(a.queuedAt))

const at = (seconds: number) => ago(DONE - 1_200 - seconds * 1000)
const step = (name: Step['name'], from: number, to: number, part: Partial<Step> = {}): Step => ({
  stream: 'customers',
  name,
  state: 'succeeded',
  startedAt: at(from),
  finishedAt: at(to),
  rowsIn: null,
  rowsOut: null,
  bytes: null,
  note: null,
  ...part,
})

const steps: Step[] = [
  step('plan', 0, 0.4, { stream: '', note: 'one stream, replace' }),
  step('extract', 0.5, 18.2, { bytes: 184_402_118, rowsOut: 1_204_551 }),
  step('land', 18.2, 27.9, { rowsOut: 1_204_551, bytes: 61_233_004, note: 'explore.customers' }),
  step('classify', 28, 36.4, { rowsIn: 1_204_551, rowsOut: 1_204_551, note: 'six recognizers over nine columns' }),
  step('standardise', 36.4, 51.3, { rowsIn: 1_204_551, rowsOut: 1_204_512, note: '39 rows to quarantine; 4 columns masked' }),
  step('check', 51.3, 55.1, { rowsOut: 1_204_512, note: 'two passed, one over its limit, one could not run' }),
  step('transform', 55.1, 59.9, { rowsOut: 1_204_512, note: 'navigate.customers' }),
  step('publish', 59.9, 62.2, { rowsOut: 1_204_512, note: 'chart.customers' }),
]

export const quarantine = [
  {
    id: 'q_1',
    dataset: 'chart.customers',
    stage: 'standardise',
    rows: 39,
    reasons: [
      { reason: 'amount is not a decimal(12,2)', rows: 31 },
      { reason: 'the row has 10 values, the header 9', rows: 8 },
    ],
  },
]

/** An attempt on the one worker there is. */
export const attempt = (part: Partial<RunAttempt> & Pick<RunAttempt, 'startedAt'>): RunAttempt => ({
  attempt: 1,
  worker: 'atlas start 4711',
  host: 'etl-1',
  finishedAt: null,
  outcome: null,
  silentMs: null,
  error: null,
  steps: [],
  ...part,
})

/** What belongs to every run that stands alone. */
export const alone = { waits: [], inputs: [], outputs: [], retriedBy: null, scheduleId: null } satisfies Partial<RunDetail>

export const runDetail: RunDetail = {
  ...doneRun,
  ...alone,
  attempts: [attempt({ startedAt: at(0), finishedAt: at(62.2), outcome: 'succeeded' })],
  outputs: [
    { dataset: 'explore.customers', snapshotId: 's_410', rows: 1_204_551 },
    { dataset: 'chart.customers', snapshotId: 's_411', rows: 1_204_512 },
    { dataset: 'navigate.customers', snapshotId: 's_412', rows: 1_204_512 },
  ],
  steps,
  report: {
    runId: 'r_done',
    pipeline: 'customers',
    status: 'succeeded',
    streams: [
      {
        name: 'customers',
        dataset: 'customers',
        mode: 'replace',
        state: 'succeeded',
        rows: 1_204_551,
        counted: null,
        bytes: 184_402_118,
        error: null,
      },
    ],
    datasets: [
      { name: 'explore.customers', layer: 'explore', snapshotId: 's_410', rows: 1_204_551, quarantined: 0, columns: columns(9) },
      { name: 'chart.customers', layer: 'chart', snapshotId: 's_411', rows: 1_204_512, quarantined: 39, columns: columns(9) },
      { name: 'navigate.customers', layer: 'navigate', snapshotId: 's_412', rows: 1_204_512, quarantined: 0, columns: columns(9) },
    ],
    pii: findings,
    quality,
    checks,
    quarantine,
    sourceRows: 1_204_551,
    publishedRows: 1_204_512,
    quarantinedRows: 39,
    deduplicatedRows: 0,
    discardedRows: 0,
    durationMs: 62_200,
    warnings: ['61 cells of created fit day-first and month-first; read day-first, as the rest of the column.'],
    error: null,
  },
}

function columns(count: number) {
  return Array.from({ length: count }, (_, index) => ({ name: `column_${index}`, type: 'VARCHAR', pii: null, action: null }))
}

/** The steps as they stand in another run, by their place. */
const stepsOf = (stream: string, part: (index: number) => Pick<Step, 'state'> & Partial<Step>): Step[] =>
  steps.map(({ name, stream: old }, index) => ({
    stream: old === '' ? '' : stream,
    name,
    startedAt: null,
    finishedAt: null,
    rowsIn: null,
    rowsOut: null,
    bytes: null,
    note: null,
    ...part(index),
  }))

export const openRun: RunDetail = {
  ...runningRun,
  ...alone,
  attempts: [attempt({ startedAt: ago(74_000), silentMs: 900 })],
  report: null,
  steps: stepsOf('orders', (index) => {
    if (index === 0) return { state: 'succeeded', startedAt: ago(74_000), finishedAt: ago(73_100) }
    if (index === 1) return { state: 'succeeded', startedAt: ago(73_000), finishedAt: ago(41_200), rowsOut: 812_004, bytes: 98_000_000 }
    return index === 2 ? { state: 'running', startedAt: ago(41_000) } : { state: 'waiting' }
  }),
}

const BROKEN_START = 12 * MIN - 42_000
export const failedRun: RunDetail = {
  ...brokenRun,
  ...alone,
  attempts: [attempt({ startedAt: ago(BROKEN_START), finishedAt: brokenRun.finishedAt, outcome: 'failed', error: truncated })],
  report: null,
  steps: stepsOf('orders', (index) => {
    if (index === 0) return { state: 'succeeded', startedAt: brokenRun.startedAt, finishedAt: ago(BROKEN_START - 800) }
    if (index > 1) return { state: 'skipped', note: 'a step before it failed' }
    const note = 'the gzip stream ends too early'
    return { state: 'failed', startedAt: ago(BROKEN_START - 900), finishedAt: brokenRun.finishedAt, note }
  }),
}

/** Waits to be tried again: its first worker was killed, the source did not answer the second. */
export const pausingRun: RunDetail = {
  ...alone,
  ...pausing,
  report: null,
  steps: stepsOf('invoices', () => ({ state: 'waiting' })),
  attempts: [
    attempt({
      startedAt: ago(6 * MIN),
      finishedAt: ago(5 * MIN + 20_000),
      outcome: 'lost',
      error: {
        ...away,
        title: 'The worker is gone',
        code: 'run.worker_lost',
        detail: 'The worker that carried it out gave no sign of life any more.',
      },
    }),
    attempt({
      attempt: 2,
      host: 'etl-2',
      startedAt: ago(5 * MIN),
      finishedAt: ago(4 * MIN + 18_000),
      outcome: 'failed',
      error: away,
      steps: stepsOf('invoices', (index) =>
        index === 0
          ? { state: 'succeeded', startedAt: ago(5 * MIN), finishedAt: ago(5 * MIN - 300) }
          : index === 1
            ? { state: 'failed', startedAt: ago(5 * MIN - 400), finishedAt: ago(4 * MIN + 18_000), note: away.detail }
            : { state: 'skipped', note: 'Not reached.' },
      ),
    }),
  ],
  waits: [
    { for: 'time', until: pausing.notBefore },
    { for: 'pool', pool: 'erp', size: 3 },
  ],
}

/** What a run has written of the steps that it began. */
export function logOf(run: RunDetail): LogLine[] {
  return run.steps
    .flatMap(({ name, stream, startedAt, finishedAt, note }): Omit<LogLine, 'id'>[] => [
      ...(startedAt === null ? [] : [{ at: startedAt, level: 'info' as const, stream, step: name, message: `${name} starts` }]),
      ...(name === 'standardise' && finishedAt !== null && note !== null
        ? [{ at: finishedAt, level: 'warn' as const, stream, step: name, message: '39 rows do not fit and go to quarantine' }]
        : []),
    ])
    .map((line, index) => ({ id: index + 1, ...line }))
}
