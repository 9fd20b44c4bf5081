import { type Cron, matchingDays } from './cron.ts'
import { instantsOf, offsetAt, zoneDay } from './time-zone.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** No local day begins earlier than so long before its date begins in UTC. */
const EARLIEST_MS = 14 * 3_600_000

/**
 * The instants after `afterMs` at which a cron fires in a zone, strictly ascending, for 60 years. As in Vixie cron: a time of the day that the
 * clocks skip fires as much later as they skip, one that they show twice fires the first time; minutes or hours given by `*` follow real time.
 */
export function* cronTimes(cron: Cron, zone: string, afterMs: number): Generator<number> {
  const local = afterMs + offsetAt(zone, afterMs)
  // A time that was skipped fires on a later date than its own: by up to a day, where a zone crossed the date line.
  const from = Math.floor(local / DAY_MS) * DAY_MS - 2 * DAY_MS
  let held: number[] = []
  let last = afterMs
  for (const day of matchingDays(cron, from)) {
    held = [...held, ...instantsOn(cron, zone, day)].toSorted((a, b) => a - b)
    const sure = day + DAY_MS - EARLIEST_MS
    const ready = held.filter((instant) => instant < sure)
    held = held.slice(ready.length)
    for (const instant of ready) if (instant > last) yield (last = instant)
  }
  for (const instant of held) if (instant > last) yield (last = instant)
}

function instantsOn({ hours, minutes, followsRealTime }: Cron, zone: string, day: number): number[] {
  const clocks = zoneDay(zone, day)
  return hours.flatMap((hour) =>
    minutes.flatMap((minute) => {
      const local = day + (hour * 60 + minute) * MINUTE_MS
      const instants = instantsOf(clocks, local)
      return followsRealTime ? instants : [instants[0] ?? local - clocks.before]
    }),
  )
}
