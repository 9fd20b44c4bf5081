import type { QualityOverview } from '../../../contract/quality-overview.ts'
import { Figure } from '../../components/figure.tsx'
import { formatCount } from '../../format/count.ts'
import { overviewNumbers } from '../../state/quality-numbers.ts'

/** What is failing, what could not be told, and where nothing is checked. */
export function Figures({ overview }: { overview: QualityOverview }) {
  const numbers = overviewNumbers(overview)
  const { counts, total } = overview
  return (
    <dl className="grid grid-cols-1 sm:grid-cols-2 xl:grid-cols-4">
      <Figure
        name="Rules that fail"
        m={numbers.failed}
        formula="rules that somebody declared and whose limit for failing is exceeded on the published snapshot"
        note={`${formatCount(counts.warned)} over a warning limit, ${formatCount(counts.passed)} passing`}
        mark={counts.failed > 0 ? 'failed' : undefined}
      />
      <Figure
        name="Could not run"
        m={numbers.error}
        formula="declared rules that ended in an error; they never count as passed"
        note={`${formatCount(counts.not_run)} had no row to look at`}
        mark={counts.error > 0 ? 'error' : undefined}
      />
      <Figure
        name="Outside what history expects"
        m={numbers.anomalies}
        formula="metrics of published snapshots outside their expected range, that nobody called expected"
        note="rows, scores and figures of rules"
        mark={overview.anomalies > 0 ? 'warning' : undefined}
      />
      <Figure
        name="Datasets without a rule"
        m={numbers.withoutRules}
        formula="published datasets for which nobody declared a rule"
        note={`of ${formatCount(total)}; what runs by itself informs and fails nothing`}
        mark={overview.withoutRules > 0 ? 'none' : undefined}
      />
    </dl>
  )
}
