import { sql } from 'kysely'
import type { AlertWorld, Finding, PastFiring } from './alert-rule.ts'

/** Figures of snapshots that the history did not let expect. `rows` is the number of rows, `quality` all others. */
export type AnomalyOf = 'rows' | 'quality'

interface Row {
  name: string
  snapshot_id: number
  run_id: string | null
  metric: string
  at: Date
  metrics: number
  reason: string | null
}

const REASONS: Record<string, string> = {
  above: 'above what is expected',
  below: 'below what is expected',
  drifting_up: 'drifting up',
  drifting_down: 'drifting down',
}

/** What somebody called expected is none. */
const unexpected = (of: AnomalyOf) => sql`
  h.verdict = 'alert' and not exists (select 1 from quality_expected e where e.point_id = h.id)
  and ${of === 'rows' ? sql`h.metric = 'rows' and h.rule = '' and h."column" = ''` : sql`not (h.metric in ('rows', 'quarantined') and h.rule = '' and h."column" = '')`}`

/** Published datasets whose newest snapshot has such a figure, one finding each. */
export async function findAnomalies({ db }: AlertWorld, of: AnomalyOf): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select d.name, h.snapshot_id, (array_agg(h.run_id))[1] as run_id, (array_agg(h.metric order by h.id))[1] as metric,
      (array_agg(h.reason order by h.id))[1] as reason, max(h.at) as at, count(*) as metrics
    from datasets d join quality_history h on h.snapshot_id = d.snapshot_id
    where ${unexpected(of)} group by d.name, h.snapshot_id order by d.name limit 10000`.execute(db)
  return rows.map((row) => ({
    subject: row.name,
    key: String(row.snapshot_id),
    at: row.at,
    active: true,
    what: `${words(row, of)} of ${row.name} ${REASONS[row.reason ?? ''] ?? 'not as expected'}`,
    cause: null,
    next: 'Look at the history; say that it was expected, or mend the source.',
    pipeline: null,
    dataset: row.name,
    runId: row.run_id,
    link: `/datasets/${row.name}?tab=quality`,
  }))
}

function words({ metric, metrics }: Row, of: AnomalyOf): string {
  if (of === 'rows') return 'Number of rows'
  return metrics === 1 ? metric : `${metric} and ${metrics - 1} other figures`
}

/** Snapshots that had such a figure. */
export async function pastAnomalies({ db }: AlertWorld, of: AnomalyOf, since: Date): Promise<PastFiring[]> {
  const { rows } = await sql<{ name: string; at: Date }>`
    select d.name, max(h.at) as at from quality_history h join datasets d on d.id = h.dataset_id
    where h.at >= ${since} and ${unexpected(of)} group by d.name, h.snapshot_id order by max(h.at) desc`.execute(db)
  return rows.map(({ name, at }) => ({ subject: name, at, pipeline: null, dataset: name }))
}
