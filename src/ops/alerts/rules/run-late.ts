import { sql } from 'kysely'
import { z } from 'zod'
import { defineAlertRule } from '../alert-rule.ts'

interface Late {
  schedule: string
  pipeline: string
  time: Date
  run_id: string | null
}

export const runLate = defineAlertRule({
  id: 'run-late',
  title: 'A run is late against its schedule',
  description:
    'Times of a schedule whose run is not queued, or not done, so many minutes after. Over when it is done, or the time was left out.',
  about: 'pipeline',
  severity: 'warning',
  options: z.strictObject({
    minutes: z
      .int()
      .min(1)
      .max(43_200)
      .default(60)
      .meta({ title: 'Minutes after its time', description: 'That a run may take to be done' }),
  }),
  find: async ({ db, now }, { minutes }) => {
    const due = new Date(now.getTime() - minutes * 60_000)
    const { rows } = await sql<Late>`
      select s.id as schedule, s.pipeline, s.due_at as time, null as run_id from schedules s where not s.paused and s.due_at < ${due}
      union all
      select s.id, s.pipeline, r.logical_time, r.id from runs r join schedules s on s.id = r.schedule_id
      where r.state in ('queued', 'running') and r.logical_time < ${due} order by time`.execute(db)
    return rows.map((row) => ({
      subject: row.schedule,
      key: row.time.toISOString(),
      at: now,
      active: true,
      what: `${row.pipeline} is late: its run of ${row.time.toISOString().slice(0, 16).replace('T', ' ')} UTC is not ${row.run_id === null ? 'queued' : 'done'}`,
      cause: null,
      next: row.run_id === null ? 'See whether Atlas is running where schedules fire.' : 'Open the run to see what it waits for.',
      pipeline: row.pipeline,
      dataset: null,
      runId: row.run_id,
      link: row.run_id === null ? '/schedules' : `/runs/${row.run_id}`,
    }))
  },
  past: async ({ db }, { minutes }, since) => {
    const { rows } = await sql<{ pipeline: string; at: Date }>`
      select pipeline, logical_time + ${minutes} * interval '1 minute' as at from runs
      where logical_time >= ${since} and schedule_id is not null and finished_at > logical_time + ${minutes} * interval '1 minute'
      order by logical_time desc`.execute(db)
    return rows.map(({ pipeline, at }) => ({ subject: pipeline, at, pipeline, dataset: null }))
  },
})
