import type { Firing, Schedule, Timing } from '../../../contract/schedules.ts'
import { formatDayTime } from '../../format/instant.ts'

export const MISSED: { value: Schedule['missed']; label: string }[] = [
  { value: 'once', label: 'Run the newest one' },
  { value: 'all', label: 'Run each of them' },
  { value: 'skip', label: 'Run none of them' },
]

export const OVERLAP: { value: Schedule['overlap']; label: string }[] = [
  { value: 'skip', label: 'Leave this time out' },
  { value: 'queue', label: 'Wait until it has ended' },
  { value: 'cancel_older', label: 'Cancel it, and run' },
]

export const SKIP_REASONS: Record<NonNullable<Schedule['lastSkipReason']>, string> = {
  missed: 'Atlas was not running',
  overlap: 'a run was going on',
  pipeline_missing: 'the pipeline is not there any more',
  pipeline_paused: 'the pipeline is paused',
  source_paused: 'the source is paused',
}

export const CLOCK_CHANGES: Record<NonNullable<Firing['clockChange']>, string> = {
  moved: 'Clocks change: the time wanted does not exist, so it runs as much later',
  first_of_two: 'Clocks change: this time comes twice, and this is the first',
  second_of_two: 'Clocks change: this time comes twice, and this is the second',
}

/** A firing on the clocks of its schedule's zone: `23 Nov, 06:30`. */
export function firingText({ local }: Firing): string {
  return formatDayTime(Date.parse(`${local.slice(0, 19)}Z`), 'UTC')
}

/** A run that begins later than this after its time was not on time, ms. */
const ON_TIME_MS = 60_000

/** Whether the newest run began when it should have: as much later, in ms; 0 for one on time, null where none is known. */
export function lateBy({ lastRun, jitterSeconds }: Schedule, nowMs: number): number | null {
  if (lastRun === null || lastRun.logicalTime === null) return null
  const began = lastRun.startedAt ?? (lastRun.state === 'queued' ? new Date(nowMs).toISOString() : lastRun.queuedAt)
  const late = Date.parse(began) - Date.parse(lastRun.logicalTime) - jitterSeconds * 1000
  return late <= ON_TIME_MS ? 0 : late
}

/** As it was written. */
export function timingText(timing: Timing): string {
  return 'cron' in timing ? timing.cron : timing.every
}
