import type { Timing } from '../../contract/schedules.ts'
import { type Cron, cronFields, parseCron } from './cron.ts'

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const UNITS: Readonly<Record<string, string>> = { min: 'minute', h: 'hour', d: 'day' }

/** When a schedule fires, in words, without its zone. A cron that plain words do not fit stays as it is written. Throws like `parseCron`. */
export function timingWords(timing: Timing): string {
  if ('cron' in timing) return cronWords(timing.cron, parseCron(timing.cron)) ?? `cron ${cronFields(timing.cron).join(' ')}`
  const [, count = '', unit = ''] = /^(\d+) ?(min|h|d)$/.exec(timing.every.trim()) ?? []
  return everyWords(Number(count), UNITS[unit] ?? unit)
}

function cronWords(text: string, cron: Cron): string | null {
  const [minute, hour, day, month, weekday] = cronFields(text)
  const often = oftenWords(minute, hour)
  if (month !== '*') return null
  if (often !== null) return day === '*' && weekday === '*' ? often : null
  if (cron.followsRealTime || cron.hours.length * cron.minutes.length > 4) return null
  const at = cron.hours.flatMap((h) => cron.minutes.map((m) => `${two(h)}:${two(m)}`)).join(', ')
  if (day === '*') return `${weekdayWords(weekday, cron)} at ${at}`
  return weekday === '*' && /^\d+$/.test(day) ? `day ${day} of every month at ${at}` : null
}

/** Several times an hour, or every so many hours. */
function oftenWords(minute: string, hour: string): string | null {
  const minutes = stepOf(minute)
  const hours = stepOf(hour)
  if (minutes !== null && 60 % minutes === 0 && hour === '*') return everyWords(minutes, 'minute')
  if (hours !== null && 24 % hours === 0 && /^\d+$/.test(minute)) return `${everyWords(hours, 'hour')} at minute ${Number(minute)}`
  return null
}

function stepOf(field: string): number | null {
  const match = /^\*(?:\/(\d+))?$/.exec(field)
  return match === null ? null : Number(match[1] ?? 1)
}

function weekdayWords(written: string, { weekdays }: Cron): string {
  const on = [1, 2, 3, 4, 5, 6, 0].filter((each) => weekdays.has(each))
  if (written === '*' || on.length === 7) return 'every day'
  if (on.join() === '1,2,3,4,5') return 'weekdays'
  if (on.join() === '6,0') return 'weekends'
  return on.map((each) => WEEKDAYS[each]).join(', ')
}

function everyWords(count: number, unit: string): string {
  return count === 1 ? `every ${unit}` : `every ${count} ${unit}s`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
