import type { SourceRun } from '../../../contract/sources.ts'
import { RUN_MARKS, markColour } from '../../components/status-badge.tsx'
import { formatCompact, formatCount, formatRows } from '../../format/count.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatDayTime } from '../../format/instant.ts'
import { useTimeZone } from '../../state/session.ts'

const MOST = 60

/** Rows and time of the last runs as two rows of bars under each other: same place, same run. What was not measured is a gap. */
export function RunHistory({ runs }: { runs: SourceRun[] }) {
  const zone = useTimeZone()
  const shown = runs.slice(0, MOST).toReversed()
  const first = shown[0]!
  const last = shown.at(-1)!
  const rows = shown.flatMap(({ sourceRows }) => (sourceRows === null ? [] : [sourceRows]))
  return (
    <figure className="m-0 border-b border-line px-4 py-3">
      <figcaption className="text-cell">
        <strong>{shown.length === 1 ? 'The run' : `The last ${formatCount(shown.length)} runs`}.</strong>{' '}
        <span className="text-text-2">
          {rows.length === 0
            ? 'None of them counted its rows.'
            : `Each read between ${formatCount(Math.min(...rows))} and ${formatRows(Math.max(...rows))}.`}{' '}
          Place is the order, colour the state; the table below says the same in words.
        </span>
      </figcaption>
      <Bars runs={shown} title="rows" value={(run) => run.sourceRows} format={formatCompact} full={formatRows} zone={zone} />
      <Bars runs={shown} title="time" value={(run) => run.durationMs} format={formatDuration} full={formatDuration} zone={zone} />
      <div aria-hidden className="mt-1 flex justify-between pl-16 text-label text-text-3">
        <span>{formatDayTime(Date.parse(first.queuedAt), zone)}</span>
        {shown.length > 1 && <span>{formatDayTime(Date.parse(last.queuedAt), zone)}</span>}
      </div>
    </figure>
  )
}

interface BarsProps {
  runs: SourceRun[]
  title: string
  value: (run: SourceRun) => number | null
  format: (value: number) => string
  full: (value: number) => string
  zone: string
}

function Bars({ runs, title, value, format, full, zone }: BarsProps) {
  const values = runs.map(value)
  const most = Math.max(1, ...values.filter((one) => one !== null))
  return (
    <div aria-hidden className="mt-2 grid grid-cols-[3.5rem_minmax(0,1fr)] gap-x-2">
      <div className="flex flex-col justify-between text-right text-label text-text-3">
        <span>{format(most)}</span>
        <span>{title}</span>
      </div>
      <div className="flex h-16 items-end gap-px border-b border-control">
        {runs.map((run, index) => (
          <Bar
            key={run.runId}
            run={run}
            share={values[index] === null ? null : values[index]! / most}
            title={`${values[index] === null ? `${title} not measured` : full(values[index]!)} · ${RUN_MARKS[run.state].word} · ${formatDayTime(Date.parse(run.queuedAt), zone)}`}
          />
        ))}
      </div>
    </div>
  )
}

/** Work that went well is ink; only what needs a look has a hue. What was not measured is a cross on the ground, not a bar of nothing. */
function Bar({ run, share, title }: { run: SourceRun; share: number | null; title: string }) {
  const colour = run.state === 'succeeded' ? 'var(--color-text-3)' : markColour(RUN_MARKS[run.state].mark)
  if (share === null) {
    return (
      <span className="grid h-full max-w-7 min-w-0.5 flex-1 place-items-end justify-center pb-0.5" title={title}>
        <svg width="8" height="8" viewBox="0 0 8 8">
          <path d="M1 1l6 6M7 1L1 7" stroke={colour} strokeWidth="2" />
        </svg>
      </span>
    )
  }
  return (
    <span className="flex h-full max-w-7 min-w-0.5 flex-1 items-end" title={title}>
      <span className="bar w-full rounded-t-[1px]" style={{ height: share === 0 ? 1 : `max(2px, ${share * 100}%)`, background: colour }} />
    </span>
  )
}
