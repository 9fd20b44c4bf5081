import { id, literal, sql, type Sql } from '../../core/sql.ts'
import type { CheckedColumn, CheckPlan, CheckScope } from '../check.ts'
import { eventTime, isAfter, momentOf, newestOf, TOLERANCE_MS, zoneMissing } from './event-time.ts'

interface TimedColumn {
  column: CheckedColumn
  /** IANA zone of a column without offsets. */
  zone: string | undefined
}

export interface AgeRule {
  /** Whose time it is: of what happened, or of when it was loaded. */
  clock: 'event' | 'load'
  timed: TimedColumn
  /** The load time beside an event time, for lateness; null for none. */
  loaded: TimedColumn | null
  maxAgeHours: number
  /** Columns of groups that are judged one by one; empty for the whole table. */
  within: readonly string[]
}

const HOUR_S = 3600

/** The age of the newest moment of a column that is not in the future. Times without offsets need their zone; without it nothing is measured. */
export function agePlan(scope: Pick<CheckScope, 'now' | 'loadedAt'>, { clock, timed, loaded, maxAgeHours, within }: AgeRule): CheckPlan {
  const { name } = timed.column
  const event = eventTime(timed.column, timed.zone)
  if (event === null) return zoneMissing(name)
  const load = loaded === null ? null : eventTime(loaded.column, loaded.zone)
  if (loaded !== null && load === null) return zoneMissing(loaded.column.name)
  const late = isAfter(timed.column, timed.zone, new Date(scope.now.getTime() + TOLERANCE_MS))
  const newest = newestOf(timed.column, timed.zone, sql`${isFinite(name)} and not ${late}`)
  const ageHours = sql`greatest(epoch(${momentOf(scope.now)}) - epoch(${newest}), 0) / 3600`
  const isStale = sql`coalesce(${ageHours} > ${maxAgeHours}, true)`
  const eligible = sql`${id(name)} is not null`
  if (within.length > 0) return { kind: 'group', columns: [name, ...within], by: within.map(id), eligible, broken: isStale }
  const future = sql`(${id(name)} is not null and (not isfinite(${id(name)}) or ${late}))`
  return {
    kind: 'aggregate',
    eligible,
    failingRows: future,
    failing: isStale,
    figures: {
      clock: literal(clock),
      newest: sql`strftime(timezone('UTC', ${newest}), '%Y-%m-%dT%H:%M:%SZ')`,
      ageHours,
      maxAgeHours: literal(maxAgeHours),
      futureRows: sql`count(*) filter (where ${future})`,
      ...(clock === 'load' || scope.loadedAt === null ? {} : { loadedAgeHours: literal(hoursBetween(scope.loadedAt, scope.now)) }),
      ...(loaded === null || load === null
        ? {}
        : { latenessP95Hours: quantileOfHours(hoursLate(name, event, loaded.column.name, load), 0.95) }),
    },
    message: `The newest ${clock === 'event' ? 'event' : 'load'} of "${name}" is older than ${maxAgeHours} hours, or there is none.`,
  }
}

/** Hours since a moment; never negative. */
export function hoursBetween(from: Date, to: Date): number {
  return Math.max(0, (to.getTime() - from.getTime()) / (HOUR_S * 1000))
}

/** Hours from event to load; NULL where one of them is missing or infinite. */
export function hoursLate(eventColumn: string, event: Sql, loadedColumn: string, load: Sql): Sql {
  return sql`(case when ${isFinite(eventColumn)} and ${isFinite(loadedColumn)} then (epoch(${load}) - epoch(${event})) / 3600 end)`
}

export function quantileOfHours(hours: Sql, quantile: number): Sql {
  return sql`quantile_cont(${hours}, ${quantile})`
}

function isFinite(name: string): Sql {
  return sql`(${id(name)} is not null and isfinite(${id(name)}))`
}
