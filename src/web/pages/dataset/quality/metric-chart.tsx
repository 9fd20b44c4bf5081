import type { HistoryPoint, MetricHistory } from '../../../../contract/quality-history.ts'
import { Empty } from '../../../components/empty.tsx'
import { formatCompact } from '../../../format/count.ts'
import { formatFailShare, formatScore } from '../../../format/percent.ts'
import { formatFigure, REASONS } from './words.ts'

const WIDTH = 640
const HEIGHT = 140
const LEFT = 48
const RIGHT = 8

/** A metric over time: what was measured as a step line, what was expected as a band, what was not as crosses. The same as a table below. */
export function MetricChart({ history }: { history: MetricHistory }) {
  const { points, kind } = history
  if (points.length === 0) return <Empty kind="never-measured">Nothing was measured yet.</Empty>
  const share = history.metric === 'failing_share' ? formatFailShare : formatScore
  const format = kind === 'share' ? (value: number) => share(value) : kind === 'count' ? formatCompact : formatFigure
  const known = points.flatMap(({ value, low, high }) => [value, low, high]).filter((value) => value !== null)
  const [least, most] = [Math.min(...known), Math.max(...known)]
  const span = most > least ? most - least : Math.max(Math.abs(most), 1)
  const [from, to] = [least - span * 0.08, most + span * 0.08]
  const width = (WIDTH - LEFT - RIGHT) / points.length
  const x = (index: number) => LEFT + index * width
  const y = (value: number) => HEIGHT - ((value - from) / (to - from)) * HEIGHT
  return (
    <figure className="m-0">
      {points.length > 1 && (
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 18}`} className="w-full" aria-hidden>
          <line x1={LEFT} x2={WIDTH - RIGHT} y1={HEIGHT} y2={HEIGHT} stroke="var(--color-control)" />
          {points.map(({ id, low, high }, index) =>
            low === null || high === null ? null : (
              <rect key={id} x={x(index)} width={width} y={y(high)} height={Math.max(2, y(low) - y(high))} fill="var(--color-layer-tint)" />
            ),
          )}
          <path
            d={points
              .map(({ value }, index) => `${index === 0 ? `M${x(0)} ` : 'V'}${index === 0 ? y(value) : y(value)}H${x(index + 1)}`)
              .join('')}
            fill="none"
            stroke="var(--color-text)"
            strokeWidth="1.5"
          />
          {points.map((point, index) => (
            <Sign key={point.id} point={point} x={x(index) + width / 2} y={y(point.value)} />
          ))}
          {[least, most].map((value) => (
            <text key={value} x={LEFT - 6} y={y(value) + 4} textAnchor="end" fontSize="11" fill="var(--color-text-3)">
              {format(value)}
            </text>
          ))}
          <text x={LEFT} y={HEIGHT + 14} fontSize="11" fill="var(--color-text-3)">
            {points[0]!.at.slice(0, 10)}
          </text>
          <text x={WIDTH - RIGHT} y={HEIGHT + 14} textAnchor="end" fontSize="11" fill="var(--color-text-3)">
            {points.at(-1)!.at.slice(0, 10)}
          </text>
        </svg>
      )}
      <figcaption className="text-label text-text-2">
        {points.length > 1 && 'Line: measured. Band: expected from the points before. Cross: unexpected. '}
        Last: {format(points.at(-1)!.value)}
        {history.next === null
          ? '; too few points to expect anything.'
          : `; next expected between ${format(history.next.low)} and ${format(history.next.high)}.`}
      </figcaption>
      {points.length > 1 && <Twin points={points} format={format} />}
    </figure>
  )
}

function Sign({ point, x, y }: { point: HistoryPoint; x: number; y: number }) {
  if (point.verdict === 'alert')
    return <path d={`M${x - 4} ${y - 4}l8 8M${x + 4} ${y - 4}l-8 8`} stroke="var(--color-bad-mark)" strokeWidth="2" />
  if (point.verdict === 'expected') return <circle cx={x} cy={y} r="3.5" fill="none" stroke="var(--color-text-2)" strokeWidth="1.5" />
  return null
}

function Twin({ points, format }: { points: readonly HistoryPoint[]; format: (value: number) => string }) {
  return (
    <details className="mt-1 text-cell">
      <summary className="link w-fit">Show as table</summary>
      <div className="mt-2 overflow-x-auto" tabIndex={0} role="region" aria-label="History as a table">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">When (UTC)</th>
              <th scope="col" className="right">
                Measured
              </th>
              <th scope="col" className="right">
                Expected
              </th>
              <th scope="col">Verdict</th>
            </tr>
          </thead>
          <tbody>
            {points.toReversed().map((point) => (
              <tr key={point.id}>
                <th scope="row">{point.at.slice(0, 16).replace('T', ' ')}</th>
                <td className="right">{format(point.value)}</td>
                <td className="right">
                  {point.low === null || point.high === null ? '—' : `${format(point.low)} to ${format(point.high)}`}
                </td>
                <td>{point.reason === null ? point.verdict : REASONS[point.reason]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
