import { sql } from 'kysely'
import { z } from 'zod'
import { quarantinedDatasets } from '../../../store/conditions/quarantined-datasets.ts'
import { defineAlertRule } from '../alert-rule.ts'

export const quarantineGrowth = defineAlertRule({
  id: 'quarantine-growth',
  title: 'More rows are refused',
  description: 'Snapshots of which more rows were refused than of the one before, by so many at least. Over when a later one has fewer.',
  about: 'dataset',
  severity: 'warning',
  options: z.strictObject({
    rows: z.int().min(1).max(1e12).default(1).meta({ title: 'Rows more than before, at least' }),
  }),
  find: async ({ db }, { rows: least }) =>
    (await quarantinedDatasets(db))
      .filter(({ rows, rowsBefore }) => rows - (rowsBefore ?? 0) >= least)
      .map(({ name, snapshotId, runId, rows, rowsBefore, committedAt }) => ({
        subject: name,
        key: String(snapshotId),
        at: committedAt,
        active: true,
        what: `${rows} rows of ${name} in quarantine; ${rowsBefore === null ? 'it is the first snapshot' : `${rowsBefore} before`}`,
        cause: null,
        next: 'See the reasons; mend the source or the rule, then replay the rows.',
        pipeline: null,
        dataset: name,
        runId,
        link: `/datasets/${name}?tab=quarantine`,
      })),
  past: async ({ db }, { rows: least }, since) => {
    const { rows } = await sql<{ name: string; at: Date }>`
      select d.name, s.committed_at as at from snapshots s join datasets d on d.id = s.dataset_id left join snapshots b on b.id = s.parent_id
      where s.committed_at >= ${since} and s.quarantined - coalesce(b.quarantined, 0) >= ${least} order by s.id desc`.execute(db)
    return rows.map(({ name, at }) => ({ subject: name, at, pipeline: null, dataset: name }))
  },
})
