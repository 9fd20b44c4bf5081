import type { Reply } from '../../src/client/call.ts'
import type { Schedule, Timing } from '../../src/contract/schedules.ts'
import { describeFiring, nextTimes, timesBetween } from '../../src/core/schedule/timing.ts'
import { timingWords } from '../../src/core/schedule/timing-words.ts'
import { HOUR, MIN, NOW, ago } from './fixture-clock.ts'

const COPENHAGEN = 'Europe/Copenhagen'
/** Shortly before clocks change, whenever the tests run. */
const CHANGE = Date.parse('2026-10-30T12:00:00Z')

function schedule(id: string, pipeline: string, timing: Timing, part: Partial<Schedule> = {}): Schedule {
  const [first, ...more] = nextTimes(timing, NOW, 3).map((time) => describeFiring(timing, time))
  return {
    id,
    pipeline,
    timing,
    words: timingWords(timing),
    missed: 'once',
    overlap: 'skip',
    jitterSeconds: 0,
    paused: false,
    file: null,
    next: [first!, ...more],
    dueAt: first!.at,
    lastLogicalTime: ago(2 * HOUR),
    skippedTimes: 0,
    lastSkippedAt: null,
    lastSkipReason: null,
    lastRun: {
      id: 'r_done',
      state: 'succeeded',
      queuedAt: ago(2 * HOUR),
      startedAt: ago(2 * HOUR),
      finishedAt: ago(2 * HOUR - MIN),
      logicalTime: ago(2 * HOUR),
    },
    createdBy: 'admin@example.com',
    createdAt: ago(900 * HOUR),
    updatedAt: ago(40 * HOUR),
    ...part,
  }
}

export const schedules: Schedule[] = [
  schedule('sch_customers', 'customers', { cron: '30 6 * * mon-fri', zone: COPENHAGEN }),
  schedule(
    'sch_invoices',
    'invoices',
    { cron: '30 1,14 * * *', zone: 'America/New_York' },
    {
      skippedTimes: 3,
      lastSkippedAt: ago(5 * HOUR),
      lastSkipReason: 'missed',
      lastRun: {
        id: 'r_failed',
        state: 'failed',
        queuedAt: ago(4 * HOUR),
        startedAt: ago(4 * HOUR),
        finishedAt: ago(4 * HOUR),
        logicalTime: ago(5 * HOUR),
      },
    },
  ),
  schedule(
    'sch_orders',
    'orders',
    { every: '15min', anchor: '1970-01-01T00:00:00Z', zone: 'UTC' },
    {
      jitterSeconds: 60,
      lastRun: { id: 'r_running', state: 'running', queuedAt: ago(MIN), startedAt: ago(MIN), finishedAt: null, logicalTime: ago(MIN) },
    },
  ),
  schedule('sch_payroll', 'payroll', { cron: '@monthly', zone: COPENHAGEN }, { paused: true, next: [], dueAt: null, lastRun: null }),
]

const to = NOW + 168 * HOUR

export const scheduleWeek: Reply<'GET /schedules/week'> = {
  from: new Date(NOW).toISOString(),
  to: new Date(to).toISOString(),
  days: timesBetween({ cron: '@daily', zone: COPENHAGEN }, NOW, to).map((day) => new Date(day).toISOString()),
  schedules: schedules.map(({ id, pipeline, words, timing, paused }) => {
    const times = paused ? [] : timesBetween(timing, NOW, to).map((time) => new Date(time).toISOString())
    return { scheduleId: id, pipeline, words, times: times.slice(0, 200), more: times.length > 200 }
  }),
}

const previewed: Timing = { cron: '30 1,14 * * *', zone: 'America/New_York' }

export const schedulePreview: Reply<'POST /schedules/preview'> = {
  words: timingWords(previewed),
  next: nextTimes(previewed, CHANGE, 10).map((time) => describeFiring(previewed, time)),
}

const noTimes = { total: 31, present: 4, missing: 12, queued: 1, succeeded: 13, failed: 1, cancelled: 0 }

export const backfills: Reply<'GET /backfills'> = [
  {
    id: 'bf_customers',
    pipeline: 'customers',
    timing: { cron: '30 6 * * mon-fri', zone: COPENHAGEN },
    words: 'weekdays at 06:30',
    windows: true,
    redo: false,
    from: '2026-09-01T00:00:00Z',
    to: '2026-10-14T00:00:00Z',
    concurrency: 1,
    state: 'running',
    problem: null,
    counts: noTimes,
    createdBy: 'admin@example.com',
    createdAt: ago(3 * HOUR),
    finishedAt: null,
  },
]

export const backfillPlan: Reply<'POST /backfills/plan'> = {
  pipeline: 'customers',
  timing: { cron: '30 6 * * mon-fri', zone: COPENHAGEN },
  words: 'weekdays at 06:30',
  windows: true,
  counts: noTimes,
  toRun: 12,
  partitions: [],
  warnings: [],
}
