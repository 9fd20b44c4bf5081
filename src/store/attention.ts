import { type Kysely, sql } from 'kysely'
import type { AttentionItem } from '../contract/dashboard.ts'
import type { Schema } from './schema.ts'

/** Things of one kind that the dashboard names at most; the pages behind show all. */
const attentionLimit = 5
/** A breaking change of a schema is an alert for so long, unless a person looks sooner. */
const CHANGE_DAYS = 7

/** What the store knows to need a person, worst kind first. */
export async function readAttention(db: Kysely<Schema>, now: Date): Promise<AttentionItem[]> {
  return [
    ...(await endedBadly(db)),
    ...(await brokenSchemas(db, now)),
    ...(await brokenRules(db)),
    ...(await keptPersonalData(db)),
    ...(await quarantined(db)),
  ]
}

interface BadEnd {
  kind: 'run_failed' | 'run_blocked' | 'run_partial'
  title: (pipeline: string) => string
  otherwise: string
}

const BAD_ENDS: Record<'failed' | 'blocked' | 'partial', BadEnd> = {
  failed: { kind: 'run_failed', title: (pipeline) => `The last run of ${pipeline} failed`, otherwise: 'Readers see what they saw before.' },
  blocked: {
    kind: 'run_blocked',
    title: (pipeline) => `The last run of ${pipeline} was blocked by a check`,
    otherwise: 'Readers see what they saw before.',
  },
  partial: {
    kind: 'run_partial',
    title: (pipeline) => `The last run of ${pipeline} published only a part`,
    otherwise: 'Its other streams are as they were before.',
  },
}

/** Pipelines whose newest finished run failed, was blocked or left something out; a later success clears it. */
async function endedBadly(db: Kysely<Schema>): Promise<AttentionItem[]> {
  const { rows } = await sql<{
    id: string
    pipeline: string
    state: keyof typeof BAD_ENDS
    finished_at: Date
    error: { title: string; detail: string } | null
  }>`
    select id, pipeline, state, finished_at, error from (
      select distinct on (pipeline) id, pipeline, state, finished_at, error from runs
      where state in ('succeeded', 'failed', 'blocked', 'partial') and finished_at is not null order by pipeline, queued_at desc, id desc) newest
    where state <> 'succeeded' order by state = 'partial', state desc, finished_at desc limit ${attentionLimit}`.execute(db)
  return rows.map((row) => {
    const { kind, title, otherwise } = BAD_ENDS[row.state]
    return {
      kind,
      title: title(row.pipeline),
      detail: row.error?.detail ?? otherwise,
      since: row.finished_at.toISOString(),
      link: `/runs/${row.id}`,
      verb: 'Open the run',
    }
  })
}

/** Streams whose schema changed in a way that breaks what reads them: a column gone, a type that does not fit. One line a stream. */
async function brokenSchemas(db: Kysely<Schema>, now: Date): Promise<AttentionItem[]> {
  const since = new Date(now.getTime() - CHANGE_DAYS * 86_400_000)
  const { rows } = await sql<{ pipeline: string; stream: string; run_id: string; at: Date; columns: string[] }>`
    select pipeline, stream, (array_agg(run_id order by at desc))[1] as run_id, max(at) as at,
      array_agg(distinct coalesce("column", 'the whole stream')) as columns
    from schema_changes where breaking and at >= ${since}
    group by pipeline, stream order by max(at) desc limit ${attentionLimit}`.execute(db)
  return rows.map((row) => ({
    kind: 'schema_changed',
    title: `The schema of ${row.stream} in ${row.pipeline} has a breaking change`,
    detail: `It is about ${row.columns.join(', ')}; the stream's contract decided what happened to the rows.`,
    since: row.at.toISOString(),
    link: `/runs/${row.run_id}`,
    verb: 'Open the run',
  }))
}

/** Published datasets of which a declared rule failed or could not run. */
async function brokenRules(db: Kysely<Schema>): Promise<AttentionItem[]> {
  const { rows } = await sql<{ name: string; committed_at: Date; failed: number; errors: number; rule: string }>`
    select d.name, s.committed_at,
      count(*) filter (where c.result ->> 'status' = 'failed') as failed,
      count(*) filter (where c.result ->> 'status' = 'error') as errors,
      (array_agg(coalesce(c.result ->> 'rule', c.result ->> 'check') order by c.result ->> 'status' desc, c.ordinal))[1] as rule
    from datasets d
      join snapshots s on s.id = d.snapshot_id
      join check_results c on c.snapshot_id = s.id
    where c.result ->> 'status' in ('failed', 'error')
    group by d.name, s.committed_at order by failed desc, s.committed_at desc limit ${attentionLimit}`.execute(db)
  return rows.map((row) => ({
    kind: 'rule_broken',
    title: `${row.name} breaks ${row.failed + row.errors === 1 ? 'a rule' : `${row.failed + row.errors} rules`}`,
    detail: row.failed > 0 ? `First of them: ${row.rule}.` : `${row.rule} could not run.`,
    since: row.committed_at.toISOString(),
    link: `/datasets/${row.name}?tab=quality`,
    verb: 'See the rules',
  }))
}

/** Published datasets that hold personal data as it came, by policy. Of chart.x and navigate.x the first is named. */
async function keptPersonalData(db: Kysely<Schema>): Promise<AttentionItem[]> {
  const { rows } = await sql<{ name: string; committed_at: Date; columns: string[] }>`
    select name, committed_at, columns from (
      select distinct on (split_part(d.name, '.', 2)) d.name, s.committed_at, array_agg(distinct f.finding ->> 'column') as columns
      from datasets d
        join snapshots s on s.id = d.snapshot_id
        join findings f on f.snapshot_id = s.id
      where d.layer <> 'explore' and s.pii_columns > 0 and f.finding ->> 'action' = 'keep'
      group by d.name, s.committed_at order by split_part(d.name, '.', 2), d.name) kept
    order by committed_at desc limit ${attentionLimit}`.execute(db)
  return rows.map((row) => ({
    kind: 'pii_kept',
    title: `${row.name} holds personal data as it came`,
    detail: `Kept by policy in ${row.columns.join(', ')}.`,
    since: row.committed_at.toISOString(),
    link: `/datasets/${row.name}`,
    verb: 'See the columns',
  }))
}

async function quarantined(db: Kysely<Schema>): Promise<AttentionItem[]> {
  const rows = await db
    .selectFrom('datasets')
    .innerJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
    .select(['datasets.name', 'snapshots.quarantined', 'snapshots.committed_at'])
    .where('snapshots.quarantined', '>', 0)
    .orderBy('snapshots.quarantined', 'desc')
    .limit(attentionLimit)
    .execute()
  return rows.map((row) => ({
    kind: 'quarantine',
    title: `${row.quarantined} ${row.quarantined === 1 ? 'row' : 'rows'} of ${row.name} in quarantine`,
    detail: 'Refused with a reason each, and kept for repair.',
    since: row.committed_at.toISOString(),
    link: `/datasets/${row.name}?tab=quarantine`,
    verb: 'See the rows',
  }))
}
