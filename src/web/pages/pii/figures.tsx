import type { PiiOverview } from '../../../contract/pii-review.ts'
import { Figure } from '../../components/figure.tsx'
import { formatCount } from '../../format/count.ts'
import { piiNumbers } from '../../state/pii-numbers.ts'

/** Where personal data is, how much of it is handled, and what waits for a decision. */
export function Figures({ overview, asOf }: { overview: PiiOverview; asOf: string }) {
  const numbers = piiNumbers(overview, asOf)
  const { columns, review, datasets } = overview
  return (
    <dl className="grid grid-cols-1 sm:grid-cols-2 xl:grid-cols-4">
      <Figure
        name="Columns with personal data"
        m={numbers.personal}
        formula="columns of published snapshots in which a recognizer found personal data, all layers"
        note={`in ${formatCount(datasets.personal)} of ${formatCount(datasets.classified)} datasets looked at`}
      />
      <Figure
        name="Protected"
        m={numbers.protected}
        formula="of those, columns in which nothing found is kept as it came"
        note={`of ${formatCount(columns.personal)} columns`}
      />
      <Figure
        name="As they came"
        m={numbers.kept}
        formula="of those, columns in which something found is kept as it came, in any layer"
        note="explore keeps every value; see who can read them"
        mark={columns.kept > 0 ? 'warning' : undefined}
      />
      <Figure
        name="Undecided"
        m={numbers.open}
        formula="findings in chart that no steward confirmed, corrected or dismissed"
        note={`${formatCount(review.decided)} decided`}
        mark={review.open > 0 ? 'warning' : undefined}
      />
    </dl>
  )
}
