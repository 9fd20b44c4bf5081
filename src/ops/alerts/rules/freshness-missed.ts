import { sql } from 'kysely'
import { z } from 'zod'
import { DatasetName } from '../../../contract/names.ts'
import { defineAlertRule } from '../alert-rule.ts'

export const freshnessMissed = defineAlertRule({
  id: 'freshness-missed',
  title: 'A dataset is older than it may be',
  description: 'A dataset whose newest snapshot was published longer ago than so many minutes. Over when a newer one is published.',
  about: 'dataset',
  severity: 'warning',
  options: z.strictObject({
    dataset: DatasetName.meta({ title: 'Dataset' }),
    olderThanMinutes: z.int().min(1).max(525_600).default(1440).meta({ title: 'Older than, in minutes' }),
  }),
  find: async ({ db, now }, { dataset, olderThanMinutes }) => {
    const row = await db
      .selectFrom('datasets')
      .innerJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
      .select(['snapshots.id', 'snapshots.committed_at', 'snapshots.run_id'])
      .where('datasets.name', '=', dataset)
      .executeTakeFirst()
    if (row === undefined || row.committed_at.getTime() >= now.getTime() - olderThanMinutes * 60_000) return []
    return [
      {
        subject: dataset,
        key: String(row.id),
        at: now,
        active: true,
        what: `${dataset} was last published ${row.committed_at.toISOString().slice(0, 16).replace('T', ' ')} UTC; it may be ${olderThanMinutes} minutes old`,
        cause: null,
        next: 'See why the runs that build it did not publish.',
        pipeline: null,
        dataset,
        runId: row.run_id,
        link: `/datasets/${dataset}?tab=history`,
      },
    ]
  },
  past: async ({ db, now }, { dataset, olderThanMinutes }, since) => {
    const { rows } = await sql<{ at: Date }>`
      select committed_at + ${olderThanMinutes} * interval '1 minute' as at from (
        select s.committed_at, lead(s.committed_at, 1, ${now}::timestamptz) over (order by s.id) as next
        from snapshots s join datasets d on d.id = s.dataset_id where d.name = ${dataset}) spans
      where next - committed_at > ${olderThanMinutes} * interval '1 minute' and committed_at + ${olderThanMinutes} * interval '1 minute' >= ${since}
      order by committed_at desc`.execute(db)
    return rows.map(({ at }) => ({ subject: dataset, at, pipeline: null, dataset }))
  },
})
