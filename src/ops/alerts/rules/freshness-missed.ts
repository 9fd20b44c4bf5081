import { sql } from 'kysely'
import { z } from 'zod'
import { DatasetName } from '../../../contract/names.ts'
import { missedTargets } from '../../../store/freshness-states.ts'
import { defineAlertRule, type AlertWorld, type Finding, type PastFiring } from '../alert-rule.ts'

interface Limit {
  dataset: string
  olderThanMinutes: number
}

export const freshnessMissed = defineAlertRule({
  id: 'freshness-missed',
  title: 'A dataset is older than it may be',
  description:
    'Datasets that miss their freshness target; or, where a dataset is named here, one whose newest snapshot is older than so many minutes. Over when it is fresh again.',
  about: 'dataset',
  severity: 'warning',
  options: z.strictObject({
    dataset: DatasetName.optional().meta({ title: 'Dataset', description: 'Those with a freshness target unless set' }),
    olderThanMinutes: z
      .int()
      .min(1)
      .max(525_600)
      .default(1440)
      .meta({ title: 'Older than, in minutes', description: 'For the dataset named' }),
  }),
  find: (world, { dataset, olderThanMinutes }) =>
    dataset === undefined ? findMissedTargets(world) : findOlder(world, { dataset, olderThanMinutes }),
  past: async (world, { dataset, olderThanMinutes }, since) => {
    const targets = dataset === undefined ? await targetLimits(world) : [{ dataset, olderThanMinutes }]
    const past = await Promise.all(targets.map((target) => pastGaps(world, target, since)))
    return past.flat().toSorted((one, other) => other.at.getTime() - one.at.getTime())
  },
})

async function findMissedTargets({ db, now }: AlertWorld): Promise<Finding[]> {
  return (await missedTargets(db, now)).map(({ dataset, within, asOf, missedSince, reason }) => ({
    ...about(dataset),
    // The data that it has: newer data that is too old again is another miss.
    key: asOf?.toISOString() ?? 'never',
    at: missedSince,
    what: `${dataset} is not fresh: it may be ${within} old, ${asOf === null ? 'and has no data' : `and its data is of ${minute(asOf)}`}`,
    next: reason,
    runId: null,
  }))
}

async function findOlder({ db, now }: AlertWorld, { dataset, olderThanMinutes }: Limit): Promise<Finding[]> {
  const row = await db
    .selectFrom('datasets')
    .innerJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
    .select(['snapshots.id', 'snapshots.committed_at', 'snapshots.run_id'])
    .where('datasets.name', '=', dataset)
    .executeTakeFirst()
  const limit = new Date(now.getTime() - olderThanMinutes * 60_000)
  if (row === undefined || row.committed_at >= limit) return []
  return [
    {
      ...about(dataset),
      key: String(row.id),
      at: new Date(row.committed_at.getTime() + olderThanMinutes * 60_000),
      what: `${dataset} is not fresh: it may be ${olderThanMinutes} minutes old, and was last published ${minute(row.committed_at)}`,
      next: 'See why the runs that build it did not publish.',
      runId: row.run_id,
    },
  ]
}

function about(dataset: string) {
  return { subject: dataset, active: true, cause: null, pipeline: null, dataset, link: `/datasets/${dataset}?tab=history` }
}

function minute(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

async function targetLimits({ db }: AlertWorld): Promise<Limit[]> {
  const rows = await db.selectFrom('freshness_targets').select(['dataset', 'within_seconds']).execute()
  return rows.map(({ dataset, within_seconds }) => ({ dataset, olderThanMinutes: within_seconds / 60 }))
}

/** Times at which a dataset had been published too long ago, by the times of its snapshots. */
async function pastGaps({ db, now }: AlertWorld, { dataset, olderThanMinutes }: Limit, since: Date): Promise<PastFiring[]> {
  const { rows } = await sql<{ at: Date }>`
    with spans as (
      select s.committed_at + ${olderThanMinutes} * interval '1 minute' as at, lead(s.committed_at, 1, ${now}::timestamptz) over (order by s.id) as next
      from snapshots s join datasets d on d.id = s.dataset_id where d.name = ${dataset})
    select at from spans where next > at and at >= ${since} order by at desc`.execute(db)
  return rows.map(({ at }) => ({ subject: dataset, at, pipeline: null, dataset }))
}
