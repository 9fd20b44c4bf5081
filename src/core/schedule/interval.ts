import { AtlasError } from '../errors.ts'

const UNITS_MS: Readonly<Record<string, number>> = { min: 60_000, h: 3_600_000, d: 86_400_000 }
const LONGEST_MS = 366 * 86_400_000

/** `15min`, `2h` or `1d` in ms. @throws AtlasError `schedule.bad_interval` */
export function parseInterval(text: string): number {
  const match = /^(\d{1,6}) ?(min|h|d)$/.exec(text.trim())
  const size = Number(match?.[1]) * (UNITS_MS[match?.[2] ?? ''] ?? Number.NaN)
  if (size >= 60_000 && size <= LONGEST_MS) return size
  throw new AtlasError('schedule.bad_interval', `The interval "${text}" is no number of min, h or d from 1min to 366d.`)
}

/** The instants after `afterMs` that are whole intervals away from the anchor, ascending, without end. */
export function* intervalTimes(everyMs: number, anchorMs: number, afterMs: number): Generator<number> {
  let next = anchorMs + (Math.floor((afterMs - anchorMs) / everyMs) + 1) * everyMs
  for (;;) {
    yield next
    next += everyMs
  }
}
