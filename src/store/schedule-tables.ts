import type { Schedule, Timing } from '../contract/schedules.ts'
import type { Big, Json, Time, TimeOrNull } from './column.ts'

export interface SchedulesTable {
  id: string
  /** Name of a stored pipeline or of a saved source. */
  pipeline: string
  timing: Json<Timing>
  missed: Schedule['missed']
  overlap: Schedule['overlap']
  jitter_seconds: number
  /** The pipeline's file that it stands in; null for one made in the browser. */
  file: string | null
  paused: boolean
  /** Times up to and with this one are dealt with, whatever the clock says. */
  handled_until: Time
  /** When the next time is due, with the schedule's own delay; null when it fires no more. */
  due_at: TimeOrNull
  /** The newest time that was dealt with. */
  last_logical_time: TimeOrNull
  skipped_times: Big
  last_skipped_at: TimeOrNull
  last_skip_reason: Schedule['lastSkipReason']
  created_by: string
  created_at: Time
  updated_at: Time
}
