import type { DashboardStats } from '../../../contract/dashboard.ts'
import { Num } from '../../components/num.tsx'
import { formatCount } from '../../format/count.ts'
import { type Measured, all, allRows, measured } from '../../measured.ts'

/** The measures of the whole Atlas, each with its receipt. */
export function Figures({ stats }: { stats: DashboardStats }) {
  const { asOf, scope } = stats
  const src = { kind: 'query', id: 'GET /api/v1/dashboard/stats' } as const
  const classified = { asOf, scope: allRows(scope.classifiedRows), src }
  // Nobody looked anywhere: a count of 0 would read as "none found".
  const pii: Measured<number> = scope.classifiedDatasets === 0 ? { s: 'never' } : measured(stats.totalPiiDetections, classified)
  return (
    <dl className="grid grid-cols-1 sm:grid-cols-2 xl:grid-cols-4">
      <Figure
        name="Runs started"
        m={measured(stats.totalRuns, { asOf, scope: all(stats.totalRuns, 'runs'), src })}
        formula="count of runs, in every state"
        note="in every state, since the first"
      />
      <Figure
        name="Quality score"
        as="score"
        m={measured(stats.avgQualityScore, { asOf, scope: all(scope.scoredDatasets, 'datasets with a score'), src })}
        formula="mean of the scores of the published chart datasets that have one"
        note={
          scope.scoredDatasets === 0
            ? 'no rule is declared for a dataset'
            : `mean of ${datasets(scope.scoredDatasets)} of chart with a score`
        }
      />
      <Figure
        name="Cells with personal data"
        m={pii}
        formula="cells in which a recognizer found personal data, over every row of the published snapshots"
        note={
          scope.classifiedDatasets === 0
            ? 'no dataset was classified yet'
            : `looked in ${formatCount(scope.classifiedRows)} rows of ${datasets(scope.classifiedDatasets)}`
        }
      />
      <Figure
        name="Active connectors"
        m={measured(stats.activeConnectors, { asOf, scope: all(stats.totalRuns, 'runs'), src })}
        formula="kinds of source with at least one run that succeeded"
        note="kinds of source with a succeeded run"
      />
    </dl>
  )
}

function Figure({ name, m, formula, note, as }: { name: string; m: Measured<number>; formula: string; note: string; as?: 'score' }) {
  return (
    <div className="border-line px-4 py-3 not-last:border-b sm:nth-3:border-b-0 xl:border-b-0! xl:not-last:border-r">
      <dt className="text-cell text-text-2">{name}</dt>
      <dd className="mt-1">
        <Num
          m={m}
          label={name}
          as={as ?? 'count'}
          formula={formula}
          className={m.s === 'ok' ? 'text-figure font-medium proportional-nums' : 'text-section leading-8'}
        />
        <span className="mt-0.5 block text-label text-text-3">{note}</span>
      </dd>
    </div>
  )
}

function datasets(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'dataset' : 'datasets'}`
}
