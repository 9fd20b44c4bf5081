import type { ComingFirings, Schedule } from '../contract/schedules.ts'
import { describeFiring, nextTimes } from '../core/schedule/timing.ts'
import { timingWords } from '../core/schedule/timing-words.ts'
import { inputOf, type ScheduleRow, type ScheduleWithRun } from '../store/schedules.ts'

const NEXT = 3
const MOST_OF_A_WEEK = 200

/** A schedule as it is shown: with its words and next times. */
export function describeSchedule(row: ScheduleWithRun): Schedule {
  const next = row.paused ? [] : nextTimes(row.timing, row.handled_until.getTime(), NEXT)
  return {
    id: row.id,
    ...inputOf(row),
    words: timingWords(row.timing),
    paused: row.paused,
    file: row.file,
    next: next.map((time) => describeFiring(row.timing, time)),
    dueAt: row.paused ? null : (row.due_at?.toISOString() ?? null),
    lastLogicalTime: row.last_logical_time?.toISOString() ?? null,
    skippedTimes: row.skipped_times,
    lastSkippedAt: row.last_skipped_at?.toISOString() ?? null,
    lastSkipReason: row.last_skip_reason,
    lastRun: row.lastRun,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

/** The times of a schedule from now up to an instant (ms); none while it is paused. */
export function comingFirings(row: ScheduleRow, nowMs: number, untilMs: number): ComingFirings {
  const after = Math.max(nowMs, row.handled_until.getTime())
  const times = row.paused ? [] : nextTimes(row.timing, after, MOST_OF_A_WEEK + 1).filter((time) => time < untilMs)
  return {
    scheduleId: row.id,
    pipeline: row.pipeline,
    words: timingWords(row.timing),
    times: times.slice(0, MOST_OF_A_WEEK).map((time) => new Date(time).toISOString()),
    more: times.length > MOST_OF_A_WEEK,
  }
}
