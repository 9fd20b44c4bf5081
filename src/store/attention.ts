import { type Kysely, sql } from 'kysely'
import type { AttentionItem } from '../contract/dashboard.ts'
import { breakingChanges } from './conditions/breaking-changes.ts'
import { quarantinedDatasets } from './conditions/quarantined-datasets.ts'
import { standingBadEnds } from './conditions/run-ends.ts'
import type { Schema } from './schema.ts'

/** Things of one kind that the dashboard names at most; the pages behind show all. */
const attentionLimit = 5

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

interface BadEndWords {
  kind: 'run_failed' | 'run_blocked' | 'run_partial'
  title: (pipeline: string) => string
  otherwise: string
}

const BAD_ENDS: Record<'failed' | 'blocked' | 'partial', BadEndWords> = {
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

async function endedBadly(db: Kysely<Schema>): Promise<AttentionItem[]> {
  return (await standingBadEnds(db, attentionLimit)).map((end) => {
    const { kind, title, otherwise } = BAD_ENDS[end.state]
    return {
      kind,
      title: title(end.name),
      detail: end.error?.detail ?? otherwise,
      since: end.endedAt.toISOString(),
      link: `/runs/${end.runId}`,
      verb: 'Open the run',
    }
  })
}

/** One line a stream. */
async function brokenSchemas(db: Kysely<Schema>, now: Date): Promise<AttentionItem[]> {
  return (await breakingChanges(db, now, attentionLimit)).map((change) => ({
    kind: 'schema_changed',
    title: `The schema of ${change.stream} in ${change.pipeline} has a breaking change`,
    detail: `It is about ${change.columns.join(', ')}; the stream's contract decided what happened to the rows.`,
    since: change.at.toISOString(),
    link: `/runs/${change.runId}`,
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
  return (await quarantinedDatasets(db, attentionLimit)).map(({ name, rows, committedAt }) => ({
    kind: 'quarantine',
    title: `${rows} ${rows === 1 ? 'row' : 'rows'} of ${name} in quarantine`,
    detail: 'Refused with a reason each, and kept for repair.',
    since: committedAt.toISOString(),
    link: `/datasets/${name}?tab=quarantine`,
    verb: 'See the rows',
  }))
}
