import type { ComingFirings } from '../../../contract/schedules.ts'
import type { Reply } from '../../../client/call.ts'
import { formatDayTime, formatWeekday } from '../../format/instant.ts'
import { useTimeZone } from '../../state/session.ts'

/** A day that begins further right than this, in %, has no room for its name. */
const LAST_LABEL = 91

type Week = Reply<'GET /schedules/week'>

/** The coming seven days from left to right, a line for each schedule and a mark for each of its times. */
export function WeekStrip({ week }: { week: Week }) {
  const zone = useTimeZone()
  const from = Date.parse(week.from)
  const place = (at: string): number => ((Date.parse(at) - from) / (Date.parse(week.to) - from)) * 100
  const firing = week.schedules.filter(({ times }) => times.length > 0)
  if (firing.length === 0) return <p className="px-4 py-3 text-text-2">Nothing runs by itself in the coming week.</p>
  return (
    <div className="overflow-x-auto px-4 py-3">
      <div className="grid min-w-[560px] grid-cols-[minmax(96px,180px)_1fr] gap-x-3 text-cell">
        <span className="text-label text-text-3">Pipeline</span>
        <div aria-hidden className="relative h-5 text-label text-text-3">
          {week.days
            .filter((day) => place(day) < LAST_LABEL)
            .map((day) => (
              <span key={day} className="absolute pl-1 whitespace-nowrap" style={{ left: `${place(day)}%` }}>
                {formatWeekday(Date.parse(day), zone)}
              </span>
            ))}
        </div>
        {firing.map((line) => (
          <Line key={line.scheduleId} line={line} days={week.days} zone={zone} place={place} />
        ))}
      </div>
    </div>
  )
}

function Line(props: { line: ComingFirings; days: readonly string[]; zone: string; place: (at: string) => number }) {
  const { line, days, zone, place } = props
  const [first] = line.times
  return (
    <>
      <span className="truncate border-t border-line py-1.5" title={`${line.pipeline}, ${line.words}`}>
        {line.pipeline}
      </span>
      <div
        role="img"
        aria-label={`${line.pipeline} runs ${line.words}`}
        title={first === undefined ? undefined : `${line.words}; next ${formatDayTime(Date.parse(first), zone)}`}
        className="relative border-t border-line"
      >
        {days.map((day) => (
          <span key={day} className="absolute inset-y-0 w-px bg-line" style={{ left: `${place(day)}%` }} />
        ))}
        {line.more ? (
          <span
            className="absolute inset-y-2 right-0 rounded-control bg-run-tint"
            style={{ left: `${first === undefined ? 0 : place(first)}%` }}
          >
            <span className="block truncate px-2 text-label leading-4 text-run">{line.words}</span>
          </span>
        ) : (
          line.times.map((time) => (
            <span
              key={time}
              title={`${line.words}: ${formatDayTime(Date.parse(time), zone)}`}
              className="absolute inset-y-0 -ml-1 w-2.5 py-1.5 pr-1 pl-1"
              style={{ left: `${place(time)}%` }}
            >
              <span className="block h-full w-0.5 bg-run-mark" />
            </span>
          ))
        )}
      </div>
    </>
  )
}
