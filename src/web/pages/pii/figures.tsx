import type { PiiOverview } from '../../../contract/pii-review.ts'
import { Num } from '../../components/num.tsx'
import { StatusMark } from '../../components/status-badge.tsx'
import { formatCount } from '../../format/count.ts'
import type { Measured } from '../../measured.ts'
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
        warn={columns.kept > 0}
      />
      <Figure
        name="Undecided"
        m={numbers.open}
        formula="findings in chart that no steward confirmed, corrected or dismissed"
        note={`${formatCount(review.decided)} decided`}
        warn={review.open > 0}
      />
    </dl>
  )
}

function Figure(props: { name: string; m: Measured<number>; formula: string; note: string; warn?: boolean }) {
  const { name, m, formula, note, warn = false } = props
  const known = m.s === 'ok'
  return (
    <div className="border-line px-4 py-3 not-last:border-b sm:nth-3:border-b-0 xl:border-b-0! xl:not-last:border-r">
      <dt className="text-cell text-text-2">{name}</dt>
      <dd className="mt-1">
        <span className="inline-flex items-center gap-2">
          {known && warn && <StatusMark mark="warning" />}
          <Num
            m={m}
            label={name}
            formula={formula}
            className={known ? 'text-figure font-medium proportional-nums' : 'text-section leading-8'}
          />
        </span>
        {known && <span className="mt-0.5 block text-label text-text-3">{note}</span>}
      </dd>
    </div>
  )
}
