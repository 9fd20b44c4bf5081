import { formatCompact, formatCount } from '../format/count.ts'
import { formatDayTime } from '../format/instant.ts'
import { useTimeZone } from '../state/session.ts'

const WIDTH = 720
const HEIGHT = 88
const LEFT = 44

/** A measure that holds until the next one: a step line from 0. Both ends are named. */
export function StepLine({ title, points }: { title: string; points: { at: number; value: number }[] }) {
  const zone = useTimeZone()
  const first = points[0]!
  const last = points.at(-1)!
  const most = Math.max(...points.map((point) => point.value), 1)
  const span = Math.max(1, last.at - first.at)
  const x = (at: number) => LEFT + ((at - first.at) / span) * (WIDTH - LEFT - 8)
  const y = (value: number) => 6 + (1 - value / most) * (HEIGHT - 6)
  const path = points
    .map((point, index) => (index === 0 ? `M${x(point.at)} ${y(point.value)}` : `H${x(point.at)}V${y(point.value)}`))
    .join('')
  return (
    <figure className="m-0 max-w-[900px]">
      <figcaption className="text-cell">
        <strong>{title}.</strong>{' '}
        <span className="text-text-2">
          {formatCount(first.value)} on {formatDayTime(first.at, zone)}, {formatCount(last.value)} on {formatDayTime(last.at, zone)}.
        </span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 4}`} className="mt-1 w-full" aria-hidden>
        <line x1={LEFT} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} stroke="var(--color-control)" />
        <line x1={LEFT} x2={WIDTH} y1={6} y2={6} stroke="var(--color-line)" />
        <text x={LEFT - 6} y={11} textAnchor="end" fontSize="11" fill="var(--color-text-3)">
          {formatCompact(most)}
        </text>
        <text x={LEFT - 6} y={HEIGHT} textAnchor="end" fontSize="11" fill="var(--color-text-3)">
          0
        </text>
        <path d={path} fill="none" stroke="var(--color-series-2)" strokeWidth="2" />
        {points.map((point) => (
          <circle key={point.at} cx={x(point.at)} cy={y(point.value)} r="3" fill="var(--color-series-2)">
            <title>{formatCount(point.value)}</title>
          </circle>
        ))}
      </svg>
    </figure>
  )
}
