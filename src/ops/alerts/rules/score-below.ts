import { sql } from 'kysely'
import { z } from 'zod'
import { defineAlertRule } from '../alert-rule.ts'

export const scoreBelow = defineAlertRule({
  id: 'score-below',
  title: 'A quality score is too low',
  description:
    'Published datasets with a score below a limit. Over when a snapshot has a score that is not. A dataset without a score is not told of.',
  about: 'dataset',
  severity: 'warning',
  options: z.strictObject({
    percent: z.number().min(0).max(100).default(90).meta({ title: 'Score below, in percent' }),
  }),
  find: async ({ db }, { percent }) => {
    const { rows } = await sql<{ name: string; id: number; run_id: string | null; score: number; at: Date }>`
      select d.name, s.id, s.run_id, (s.quality ->> 'score')::double precision as score, s.committed_at as at
      from datasets d join snapshots s on s.id = d.snapshot_id
      where (s.quality ->> 'score')::double precision < ${percent / 100} order by d.name limit 10000`.execute(db)
    return rows.map(({ name, id, run_id, score, at }) => ({
      subject: name,
      key: String(id),
      at,
      active: true,
      // Rounded down, as everywhere: what is below a limit must not read as the limit.
      what: `The quality score of ${name} is ${Math.floor(score * 1000) / 10} %, below ${percent} %`,
      cause: null,
      next: 'See which rules are broken.',
      pipeline: null,
      dataset: name,
      runId: run_id,
      link: `/datasets/${name}?tab=quality`,
    }))
  },
  past: async ({ db }, { percent }, since) => {
    const { rows } = await sql<{ name: string; at: Date }>`
      select d.name, s.committed_at as at from snapshots s join datasets d on d.id = s.dataset_id left join snapshots b on b.id = s.parent_id
      where s.committed_at >= ${since} and (s.quality ->> 'score')::double precision < ${percent / 100}
        and coalesce((b.quality ->> 'score')::double precision >= ${percent / 100}, true) order by s.id desc`.execute(db)
    return rows.map(({ name, at }) => ({ subject: name, at, pipeline: null, dataset: name }))
  },
})
