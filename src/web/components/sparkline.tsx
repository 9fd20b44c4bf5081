import { formatScore } from '../format/percent.ts'

const WIDTH = 72
const HEIGHT = 20

/**
 * Scores over time as a step line from 0 to 100 %; a gap is a snapshot that nobody measured. The figures stand in its name, for those who do not see it.
 * @param points oldest first
 */
export function Sparkline({ points, of }: { points: readonly (number | null)[]; of: string }) {
  const known = points.filter((point) => point !== null)
  if (known.length < 2) return <span className="text-text-3">—</span>
  const words = `${of}: ${formatScore(known[0]!)} to ${formatScore(known.at(-1)!)}, lowest ${formatScore(Math.min(...known))}, over ${known.length} snapshots`
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words} className="block">
      <title>{words}</title>
      <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} stroke="var(--color-line)" />
      <path d={steps(points)} fill="none" stroke="var(--color-text-2)" strokeWidth="1.5" />
    </svg>
  )
}

function steps(points: readonly (number | null)[]): string {
  const width = WIDTH / points.length
  let path = ''
  let isOpen = false
  for (const [index, point] of points.entries()) {
    if (point === null) {
      isOpen = false
      continue
    }
    const y = 1 + (1 - point) * (HEIGHT - 3)
    path += `${isOpen ? 'V' : `M${index * width} `}${y}H${(index + 1) * width}`
    isOpen = true
  }
  return path
}
