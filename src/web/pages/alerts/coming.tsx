import { formatDayTime } from '../../format/instant.ts'
import { useTimeZone } from '../../state/session.ts'

/** A time to come: what is ahead is waited for by the clock. */
export function Coming({ at }: { at: string }) {
  const zone = useTimeZone()
  return <time dateTime={at}>{formatDayTime(Date.parse(at), zone)}</time>
}
