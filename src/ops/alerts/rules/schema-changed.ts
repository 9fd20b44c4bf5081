import { sql } from 'kysely'
import { z } from 'zod'
import { breakingChanges } from '../../../store/conditions/breaking-changes.ts'
import { defineAlertRule } from '../alert-rule.ts'

export const schemaChanged = defineAlertRule({
  id: 'schema-changed',
  title: 'A source changed its schema',
  description:
    'Changes of a stream that break what reads it: a column gone, a type that does not fit. Over after seven days without another.',
  about: 'pipeline',
  severity: 'warning',
  options: z.strictObject({}),
  find: async ({ db, now }) =>
    (await breakingChanges(db, now)).map((change) => ({
      subject: `${change.pipeline} ${change.stream}`,
      key: change.runId,
      at: change.at,
      active: true,
      what: `${change.stream} in ${change.pipeline} has a breaking change of ${change.columns.length === 1 ? 'one column' : `${change.columns.length} columns`}`,
      cause: null,
      next: 'Open the run to see which, and change the contract or what reads the stream.',
      pipeline: change.pipeline,
      dataset: change.dataset,
      runId: change.runId,
      link: `/runs/${change.runId}`,
    })),
  past: async ({ db }, _options, since) => {
    const { rows } = await sql<{ pipeline: string; stream: string; dataset: string; at: Date }>`
      select pipeline, stream, min(dataset) as dataset, min(at) as at from schema_changes where breaking and at >= ${since}
      group by pipeline, stream, run_id order by min(at) desc`.execute(db)
    return rows.map(({ pipeline, stream, dataset, at }) => ({ subject: `${pipeline} ${stream}`, at, pipeline, dataset }))
  },
})
