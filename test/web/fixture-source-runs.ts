import type { RunDetail, Step, StepName } from '../../src/contract/runs.ts'
import { HOUR, MIN, ago } from './fixture-clock.ts'
import { alone, attempt, runDetail, runningRun } from './fixture-runs.ts'
import { partialStreams } from './fixture-sources.ts'

const { names, denied } = partialStreams
const STREAM_STEPS: StepName[] = ['extract', 'land', 'classify', 'standardise', 'check']

function step(stream: string, name: StepName, part: Partial<Step>): Step {
  return {
    stream,
    name,
    state: 'waiting',
    startedAt: null,
    finishedAt: null,
    rowsIn: null,
    rowsOut: null,
    bytes: null,
    note: null,
    ...part,
  }
}

const BEGAN = 9 * MIN
const at = (seconds: number) => ago(BEGAN - seconds * 1000)

/** A run of ten streams of which one may not be read: nine were published. */
export const partialRun: RunDetail = {
  ...runDetail,
  id: 'r_partial',
  pipeline: 'payroll',
  state: 'partial',
  trigger: 'api',
  queuedAt: ago(BEGAN + 400),
  startedAt: at(0),
  finishedAt: at(31),
  sourceRows: 12_840,
  publishedRows: 12_840,
  quarantinedRows: 0,
  deduplicatedRows: 0,
  steps: [
    step('', 'plan', { state: 'succeeded', startedAt: at(0), finishedAt: at(0.4), note: '10 streams' }),
    ...names.flatMap((stream, order) =>
      STREAM_STEPS.map((name, index): Step => {
        if (stream === 'payroll')
          return index === 0
            ? step(stream, name, { state: 'failed', startedAt: at(1 + order), finishedAt: at(1.6 + order), note: denied.detail })
            : step(stream, name, { state: 'skipped', note: 'a step before it failed' })
        const from = 0.5 + order * 1.1 + index * 3
        return step(stream, name, {
          state: 'succeeded',
          startedAt: at(from),
          finishedAt: at(from + 2.4),
          rowsOut: 1_284 + order,
          bytes: 98_000,
        })
      }),
    ),
    step('', 'publish', { state: 'succeeded', startedAt: at(29), finishedAt: at(30.6) }),
  ],
  report: {
    ...runDetail.report!,
    runId: 'r_partial',
    pipeline: 'payroll',
    status: 'partial',
    sourceRows: 12_840,
    publishedRows: 12_840,
    quarantinedRows: 0,
    quarantine: [],
    warnings: [],
    streams: names.map((name, order) => ({
      name,
      dataset: name,
      mode: order % 3 === 0 ? 'merge' : 'replace',
      ...(name === 'payroll'
        ? { state: 'failed' as const, rows: 0, counted: null, bytes: 0, error: denied }
        : {
            state: 'succeeded' as const,
            rows: 1_284 + order,
            counted: order % 2 === 0 ? 1_284 + order : null,
            bytes: 98_000,
            error: null,
          }),
    })),
  },
}

/** A run that reads several streams at once: some done, two on their way, the rest waiting. */
export const manyRun: RunDetail = {
  ...runningRun,
  ...alone,
  attempts: [attempt({ startedAt: ago(48_000), silentMs: 700 })],
  id: 'r_many',
  pipeline: 'shop',
  startedAt: ago(48_000),
  queuedAt: ago(49_000),
  report: null,
  steps: [
    step('', 'plan', { state: 'succeeded', startedAt: ago(48_000), finishedAt: ago(47_500), note: '10 streams' }),
    ...names.flatMap((stream, order) =>
      STREAM_STEPS.map((name, index): Step => {
        const from = 47_000 - order * 7_000 - index * 4_000
        if (order < 2)
          return step(stream, name, { state: 'succeeded', startedAt: ago(from), finishedAt: ago(from - 3_800), rowsOut: 48_031 })
        if (order < 4 && index === 0) return step(stream, name, { state: 'running', startedAt: ago(24_000 - order * 2_000) })
        return step(stream, name, {})
      }),
    ),
    step('', 'publish', {}),
  ],
}

/** The run before `r_done`: fewer rows, less time, the same refused. */
export const earlierRun: RunDetail = {
  ...runDetail,
  id: 'r_earlier',
  queuedAt: ago(26 * HOUR),
  startedAt: ago(26 * HOUR - 800),
  finishedAt: ago(26 * HOUR - 48_800),
  sourceRows: 1_198_140,
  publishedRows: 1_198_101,
  qualityScore: 0.991,
  steps: runDetail.steps.map((step) => ({ ...step, rowsOut: step.rowsOut === null ? null : step.rowsOut - 6_411 })),
}
