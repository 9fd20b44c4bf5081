import { formatCompact, formatCount, formatRows } from '../format/count.ts'

const WIDTH = 360
const HEIGHT = 96
const AXIS = 28

/** A distribution in equal bins, counts from 0; with a table twin for those who cannot see it. */
export function Histogram({ bins, name }: { bins: { from: string; to: string; rows: number }[]; name: string }) {
  const most = Math.max(...bins.map((bin) => bin.rows), 1)
  const peak = bins.reduce((best, bin) => (bin.rows > best.rows ? bin : best))
  const step = (WIDTH - AXIS) / bins.length
  return (
    <figure className="m-0">
      <figcaption className="mb-1 text-cell">
        <strong>Distribution.</strong>{' '}
        <span className="text-text-2">
          Fullest from {peak.from} to {peak.to}: {formatRows(peak.rows)}.
        </span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 18}`} className="w-full max-w-[440px]" aria-hidden>
        <line x1={AXIS} x2={WIDTH} y1={1} y2={1} stroke="var(--color-line)" />
        <line x1={AXIS} x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} stroke="var(--color-line)" />
        <text x={AXIS - 4} y={9} textAnchor="end" fontSize="10" fill="var(--color-text-3)">
          {formatCompact(most)}
        </text>
        <text x={AXIS - 4} y={HEIGHT} textAnchor="end" fontSize="10" fill="var(--color-text-3)">
          0
        </text>
        {bins.map((bin, index) => {
          const height = bin.rows === 0 ? 0 : Math.max(1.5, (bin.rows / most) * (HEIGHT - 1))
          return (
            <rect
              key={bin.from}
              x={AXIS + index * step + 0.75}
              y={HEIGHT - height}
              width={step - 1.5}
              height={height}
              fill="var(--color-series-2)"
            >
              <title>{`${bin.from} to ${bin.to}: ${formatCount(bin.rows)} rows`}</title>
            </rect>
          )
        })}
        <line x1={AXIS} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} stroke="var(--color-control)" />
        <text x={AXIS} y={HEIGHT + 13} fontSize="10" fill="var(--color-text-3)">
          {bins[0]?.from}
        </text>
        <text x={WIDTH} y={HEIGHT + 13} textAnchor="end" fontSize="10" fill="var(--color-text-3)">
          {bins.at(-1)?.to}
        </text>
      </svg>
      <details className="mt-1 text-label text-text-3">
        <summary>Show as table</summary>
        <table className="mt-1 w-full text-left" aria-label={`Distribution of ${name}`}>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col" className="text-right">
                Rows
              </th>
            </tr>
          </thead>
          <tbody>
            {bins.map((bin) => (
              <tr key={bin.from}>
                <td>{bin.from}</td>
                <td>{bin.to}</td>
                <td className="text-right">{formatCount(bin.rows)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  )
}
