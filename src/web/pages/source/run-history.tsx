import type { SourceRun } from '../../../contract/sources.ts'
import { RUN_MARKS, markColour } from '../../components/status-badge.tsx'
import { formatCompact, formatCount, formatRows } from '../../format/count.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatDayTime } from '../../format/instant.ts'
import { useTimeZone } from '../../state/session.ts'

const WIDTH = 960
const LEFT = 64
const BAR = 56
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
      <div aria-hidden className="flex justify-between text-label text-text-3" style={{ paddingLeft: `${(LEFT / WIDTH) * 100}%` }}>
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
  const place = (WIDTH - LEFT) / Math.max(runs.length, 12)
  return (
    <svg viewBox={`0 0 ${WIDTH} ${BAR + 18}`} className="mt-2 w-full" aria-hidden>
      <text x={LEFT - 8} y={16} textAnchor="end" fontSize="12" fill="var(--color-text-3)">
        {format(most)}
      </text>
      <text x={LEFT - 8} y={BAR + 12} textAnchor="end" fontSize="12" fill="var(--color-text-3)">
        {title}
      </text>
      <line x1={LEFT} x2={WIDTH} y1={BAR + 12} y2={BAR + 12} stroke="var(--color-control)" />
      {runs.map((run, index) => {
        const own = values[index]!
        const { mark, word } = RUN_MARKS[run.state]
        const x = LEFT + index * place + 1
        const width = Math.max(2, Math.min(28, place - 3))
        const when = `${word} · ${formatDayTime(Date.parse(run.queuedAt), zone)}`
        if (own === null)
          return (
            <path key={run.runId} d={`M${x} ${BAR + 4}l6 6m0 -6l-6 6`} stroke={markColour(mark)} strokeWidth="2">
              <title>{`${title} not measured · ${when}`}</title>
            </path>
          )
        const height = own === 0 ? 1 : Math.max(2, (own / most) * BAR)
        const fill = run.state === 'succeeded' ? 'var(--color-text-3)' : markColour(mark)
        return (
          <rect key={run.runId} x={x} width={width} y={BAR + 12 - height} height={height} rx="1" fill={fill} className="bar">
            <title>{`${full(own)} · ${when}`}</title>
          </rect>
        )
      })}
    </svg>
  )
}
