import { type Kysely, sql } from 'kysely'
import type { Layer } from '../contract/names.ts'
import type { PiiFinding } from '../contract/pii.ts'
import type { PiiDecision, ReviewedFinding } from '../contract/pii-review.ts'
import { listDecisions } from './pii-decisions.ts'
import type { Schema, SchemaColumn } from './schema.ts'
import { snapshotName } from './snapshots.ts'

interface PublishedDataset {
  name: string
  layer: Layer
  snapshot_id: number
  classified: boolean
  columns: SchemaColumn[]
  findings: PiiFinding[]
}

/** Every published dataset with its columns and findings. `classified` is false where nobody ever looked. */
export async function publishedFindings(db: Kysely<Schema>): Promise<PublishedDataset[]> {
  const { rows } = await sql<PublishedDataset>`
    select d.name, d.layer, s.id as snapshot_id, s.pii_columns is not null as classified, c.columns,
      coalesce((select jsonb_agg(f.finding order by f.ordinal) from findings f where f.snapshot_id = s.id), '[]') as findings
    from datasets d join snapshots s on s.id = d.snapshot_id
      join dataset_schemas c on c.dataset_id = d.id and c.version = s.schema_version
    order by d.name`.execute(db)
  return rows
}

/** Findings of all published datasets with what was decided about them, and decisions about what is found no more. By dataset and column. */
export async function reviewFindings(db: Kysely<Schema>): Promise<ReviewedFinding[]> {
  const [datasets, decisions] = await Promise.all([publishedFindings(db), listDecisions(db)])
  const charts = new Map(datasets.filter(({ layer }) => layer === 'chart').map((dataset) => [dataset.name, dataset]))
  return datasets.flatMap((dataset) => {
    const found = dataset.findings.map((finding) => reviewed(dataset, finding, decides(dataset, finding.column, charts), decisions))
    const known = new Set(found.map(({ decision }) => decision))
    const alone =
      dataset.layer !== 'explore' ? decisions.filter((decision) => decision.dataset === dataset.name && !known.has(decision)) : []
    return [...found, ...alone.map((decision) => decisionAlone(dataset, decision))]
  })
}

/** A decision is about the column in chart, which is that of navigate too but for what a transform made; explore has names of its own. */
function decides(dataset: PublishedDataset, column: string, charts: ReadonlyMap<string, PublishedDataset>): ReviewedFinding['decides'] {
  if (dataset.layer === 'navigate' && dataset.columns.some(({ name, source }) => name === column && source === null))
    return { dataset: dataset.name, column }
  const chart = charts.get(`chart.${dataset.name.slice(dataset.name.indexOf('.') + 1)}`)
  const same = chart?.columns.find(({ name, source }) => (dataset.layer === 'explore' ? source === column : name === column))
  return chart === undefined || same === undefined ? null : { dataset: chart.name, column: same.name }
}

function reviewed(
  dataset: PublishedDataset,
  finding: PiiFinding,
  about: ReviewedFinding['decides'],
  decisions: readonly PiiDecision[],
): ReviewedFinding {
  const mine = decisions.filter((decision) => decision.dataset === about?.dataset && decision.column === about.column)
  const decision =
    mine.find(({ entity }) => entity === finding.entity) ?? mine.find(({ correctedEntity }) => correctedEntity === finding.entity) ?? null
  const { name, layer, snapshot_id: id } = dataset
  const { column, entity } = finding
  return { dataset: name, layer, snapshotId: snapshotName(id), column, entity, finding, state: stateOf(decision), decision, decides: about }
}

function decisionAlone({ name, layer, snapshot_id: id }: PublishedDataset, decision: PiiDecision): ReviewedFinding {
  const { column, entity } = decision
  const about = { dataset: name, column }
  return {
    dataset: name,
    layer,
    snapshotId: snapshotName(id),
    column,
    entity,
    finding: null,
    state: stateOf(decision),
    decision,
    decides: about,
  }
}

function stateOf(decision: PiiDecision | null): ReviewedFinding['state'] {
  if (decision === null) return 'open'
  return decision.decision === 'confirm' ? 'confirmed' : decision.decision === 'correct' ? 'corrected' : 'dismissed'
}

/** Columns with personal data in chart at the end of each of the last days, by entity. Days are those of UTC. @param until the last day */
export async function findingsOverTime(
  db: Kysely<Schema>,
  days: number,
  until: Date,
): Promise<{ day: string; entities: Record<string, number> }[]> {
  const { rows } = await sql<{ day: string; entities: Record<string, number> }>`
    with days as (select generate_series(${until}::timestamptz at time zone 'utc' - make_interval(days => ${days - 1}), ${until}::timestamptz at time zone 'utc', '1 day')::date as day),
    standing as (
      select days.day, newest.id from days cross join datasets d
        cross join lateral (select s.id from snapshots s where s.dataset_id = d.id
          and s.committed_at < (days.day + 1)::timestamp at time zone 'utc' order by s.id desc limit 1) newest
      where d.layer = 'chart'),
    counted as (
      select standing.day, f.finding ->> 'entity' as entity, count(distinct (f.snapshot_id, f.finding ->> 'column'))::int as columns
      from standing join findings f on f.snapshot_id = standing.id group by 1, 2)
    select days.day::text as day, coalesce(jsonb_object_agg(counted.entity, counted.columns) filter (where counted.entity is not null), '{}') as entities
    from days left join counted on counted.day = days.day group by days.day order by days.day`.execute(db)
  return rows
}
