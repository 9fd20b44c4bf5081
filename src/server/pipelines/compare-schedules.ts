import type { FileSchedule } from '../../contract/pipelines-as-code.ts'
import type { ScheduleInput } from '../../contract/schedules.ts'
import type { ValueChange } from '../../contract/stored-pipelines.ts'
import { stableJson } from '../../core/stable-json.ts'
import { valueChanges } from '../../core/value-changes.ts'
import { inputOf, type ScheduleRow } from '../../store/schedules.ts'

/** What becomes of one schedule; `to` is null where it is removed, `row` where it is made. */
export interface ScheduleAct {
  action: 'create' | 'change' | 'take_over' | 'remove'
  row: ScheduleRow | null
  to: ScheduleInput | null
  changes: ValueChange[]
}

export interface ComparedSchedules {
  acts: ScheduleAct[]
  unchanged: number
  /** Made in the browser, and left alone. */
  elsewhere: number
}

/**
 * How the schedules of a pipeline differ from those of its file. Those that are the same are found first, also among those made in the browser, or
 * one time would start two runs; of the rest of the file's each changes the one in its place, so that a schedule keeps what it has dealt with.
 * @param rows all schedules of the pipeline, the oldest first
 */
export function compareSchedules(pipeline: string, wanted: readonly FileSchedule[], rows: readonly ScheduleRow[]): ComparedSchedules {
  const left = [...rows]
  const acts: ScheduleAct[] = []
  let unchanged = 0
  const open = wanted
    .map((schedule) => ({ pipeline, ...schedule }))
    .filter((input) => {
      const same = left
        .filter((row) => stableJson(inputOf(row)) === stableJson(input))
        .toSorted((one, other) => Number(other.file !== null) - Number(one.file !== null))[0]
      if (same === undefined) return true
      left.splice(left.indexOf(same), 1)
      if (same.file !== null) unchanged += 1
      else acts.push({ action: 'take_over', row: same, to: input, changes: [] })
      return false
    })
  const own = left.filter((row) => row.file !== null)
  for (const input of open) {
    const row = own.shift()
    if (row === undefined) acts.push({ action: 'create', row: null, to: input, changes: valueChanges({}, { schedule: input.timing }) })
    else acts.push({ action: 'change', row, to: input, changes: valueChanges(inputOf(row), input) })
  }
  for (const row of own) acts.push({ action: 'remove', row, to: null, changes: valueChanges({ schedule: row.timing }, {}) })
  return { acts, unchanged, elsewhere: left.filter((row) => row.file === null).length }
}
