import type { PiiOverview } from '../../../contract/pii-review.ts'
import { Empty } from '../../components/empty.tsx'
import { formatCompact, formatCount } from '../../format/count.ts'
import { entityName } from '../../format/pii-words.ts'

const WIDTH = 720
const HEIGHT = 120
const LEFT = 32
/** So many kinds have a line of their own; the rest is one line. */
const LINES = 5
const DASHES = ['', '6 3', '2 3', '8 3 2 3', '12 4', '']

interface Line {
  title: string
  colour: string
  dash: string
  values: number[]
}

/** Columns of chart with personal data at the end of each day, by kind: step lines from 0, with a table of the same. */
export function KindsOverTime({ overTime }: { overTime: PiiOverview['overTime'] }) {
  // Before the first finding nobody knows whether somebody looked: that is a gap, not 0.
  const first = overTime.findIndex(({ entities }) => Object.keys(entities).length > 0)
  if (first === -1) return <Empty kind="never-measured">No day yet on which personal data was found in chart.</Empty>
  const days = overTime.slice(first)
  const lines = linesOf(days)
  const most = Math.max(...lines.flatMap(({ values }) => values))
  const from = days[0]!.day
  const to = days.at(-1)!.day
  return (
    <figure className="m-0 px-4 py-3">
      <figcaption className="text-cell text-text-2">
        Columns in chart at the end of each day (UTC), by kind, {from === to ? `on ${from}` : `from ${from} to ${to}`}.
      </figcaption>
      {days.length > 1 && <Chart lines={lines} most={most} days={days.map(({ day }) => day)} />}
      <ul className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-cell" aria-label="Kinds on the last day">
        {lines.map(({ title, colour, dash, values }) => (
          <li key={title} className="inline-flex items-center gap-2">
            <svg width="22" height="8" aria-hidden>
              <line x1="0" x2="22" y1="4" y2="4" stroke={colour} strokeWidth="2.5" strokeDasharray={dash} />
            </svg>
            {title} <span className="text-text-2">{formatCount(values.at(-1)!)}</span>
          </li>
        ))}
      </ul>
      {days.length > 1 && <Twin lines={lines} days={days.map(({ day }) => day)} />}
    </figure>
  )
}

/** The kinds with most columns on the last day, each a line, and all others in one. */
function linesOf(days: PiiOverview['overTime']): Line[] {
  const last = days.at(-1)!.entities
  const kinds = [...new Set(days.flatMap(({ entities }) => Object.keys(entities)))].toSorted(
    (a, b) => countOf(last, b) - countOf(last, a) || (a < b ? -1 : 1),
  )
  const own = kinds.slice(0, kinds.length === LINES + 1 ? LINES + 1 : LINES)
  const others = kinds.slice(own.length)
  const lines = own.map((kind, index) => ({
    title: entityName(kind),
    colour: `var(--color-series-${index + 1})`,
    dash: DASHES[index]!,
    values: days.map(({ entities }) => countOf(entities, kind)),
  }))
  if (others.length === 0) return lines
  const values = days.map(({ entities }) => others.reduce((sum, kind) => sum + countOf(entities, kind), 0))
  return [...lines, { title: `Other (${formatCount(others.length)} kinds)`, colour: 'var(--color-text-3)', dash: '1 3', values }]
}

/** A day is counted as a whole: a kind that it does not name was in no column. */
function countOf(entities: Record<string, number>, kind: string): number {
  return kind in entities ? entities[kind]! : 0
}

function Chart({ lines, most, days }: { lines: Line[]; most: number; days: string[] }) {
  const x = (index: number) => LEFT + (index / (days.length - 1)) * (WIDTH - LEFT - 4)
  const y = (value: number) => 6 + (1 - value / most) * (HEIGHT - 6)
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 20}`} className="mt-2 w-full max-w-[900px]" aria-hidden>
      <line x1={LEFT} x2={WIDTH} y1={6} y2={6} stroke="var(--color-line)" />
      <line x1={LEFT} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} stroke="var(--color-control)" />
      <text x={LEFT - 6} y={10} textAnchor="end" fontSize="11" fill="var(--color-text-3)">
        {formatCompact(most)}
      </text>
      <text x={LEFT - 6} y={HEIGHT + 1} textAnchor="end" fontSize="11" fill="var(--color-text-3)">
        0
      </text>
      {lines.map(({ title, colour, dash, values }) => (
        <path
          key={title}
          d={values.map((value, index) => (index === 0 ? `M${x(0)} ${y(value)}` : `H${x(index)}V${y(value)}`)).join('')}
          fill="none"
          stroke={colour}
          strokeWidth="2"
          strokeDasharray={dash}
        >
          <title>{title}</title>
        </path>
      ))}
      <text x={LEFT} y={HEIGHT + 15} fontSize="11" fill="var(--color-text-3)">
        {days[0]}
      </text>
      <text x={WIDTH} y={HEIGHT + 15} textAnchor="end" fontSize="11" fill="var(--color-text-3)">
        {days.at(-1)}
      </text>
    </svg>
  )
}

/** The same as a table: the days on which something changed. */
function Twin({ lines, days }: { lines: Line[]; days: string[] }) {
  const changed = days.flatMap((day, index) =>
    index === 0 || lines.some(({ values }) => values[index] !== values[index - 1]) ? [{ day, index }] : [],
  )
  return (
    <details className="mt-2 text-cell">
      <summary className="link w-fit">Show as table</summary>
      <div className="mt-2 overflow-x-auto" tabIndex={0} role="region" aria-label="Columns by kind and day">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Day of change</th>
              {lines.map(({ title }) => (
                <th key={title} scope="col" className="right">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {changed.map(({ day, index }) => (
              <tr key={day}>
                <th scope="row">{day}</th>
                {lines.map(({ title, values }) => (
                  <td key={title} className="right">
                    {formatCount(values[index]!)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
