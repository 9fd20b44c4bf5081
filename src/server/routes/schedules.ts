import type { scheduleEndpoints } from '../../contract/schedules.ts'
import { newId } from '../../core/ids.ts'
import { describeFiring, nextTimes, timesBetween } from '../../core/schedule/timing.ts'
import { timingWords } from '../../core/schedule/timing-words.ts'
import { type AuditAction, writeAudit } from '../../store/audit.ts'
import {
  changeSchedule,
  deleteSchedule,
  insertSchedule,
  listSchedules,
  pauseSchedule,
  readSchedule,
  refuseHeldSchedule,
  type ScheduleRow,
} from '../../store/schedules.ts'
import { comingFirings, describeSchedule } from '../describe-schedule.ts'
import type { Handlers, RequestContext } from '../handlers.ts'
import type { Platform } from '../platform.ts'
import { requirePipeline } from '../require-pipeline.ts'
import { runSchedule } from '../run-schedule.ts'

const PREVIEWED = 10
const WEEK_MS = 7 * 86_400_000

export const scheduleRoutes: Handlers<typeof scheduleEndpoints> = {
  'GET /schedules': async ({ query }, { db }) => (await listSchedules(db, query.pipeline)).map(describeSchedule),

  'GET /schedules/week': async (_input, { db, now, settings }) => {
    const from = now().getTime()
    const to = from + WEEK_MS
    const schedules = (await listSchedules(db)).map((row) => comingFirings(row, from, to))
    const days = timesBetween({ cron: '@daily', zone: settings.timeZone }, from, to).map((day) => new Date(day).toISOString())
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), days, schedules }
  },

  'POST /schedules': async ({ body, ...context }, platform) => {
    const { db, now, random } = platform
    await requirePipeline(platform, body)
    const id = newId('sch', now().getTime(), random)
    await insertSchedule(db, body, { id, by: context.caller.actor, now: now() })
    return changed(platform, context, 'schedule.created', await readSchedule(db, id))
  },

  'POST /schedules/preview': ({ body: { timing } }, { now }) => ({
    words: timingWords(timing),
    next: nextTimes(timing, now().getTime(), PREVIEWED).map((time) => describeFiring(timing, time)),
  }),

  'GET /schedules/:scheduleId': async ({ params }, { db }) => describeSchedule(await readSchedule(db, params.scheduleId)),

  'PUT /schedules/:scheduleId': async ({ params, body, ...context }, platform) => {
    const { db, now } = platform
    await requirePipeline(platform, body)
    refuseHeldSchedule(await readSchedule(db, params.scheduleId))
    await changeSchedule(db, params.scheduleId, body, now())
    return changed(platform, context, 'schedule.changed', await readSchedule(db, params.scheduleId))
  },

  'POST /schedules/:scheduleId/pause': async ({ params, ...context }, platform) => {
    await pauseSchedule(platform.db, params.scheduleId, true, platform.now())
    return changed(platform, context, 'schedule.paused', await readSchedule(platform.db, params.scheduleId))
  },

  'POST /schedules/:scheduleId/resume': async ({ params, ...context }, platform) => {
    await pauseSchedule(platform.db, params.scheduleId, false, platform.now())
    return changed(platform, context, 'schedule.resumed', await readSchedule(platform.db, params.scheduleId))
  },

  'POST /schedules/:scheduleId/run': async ({ params, caller, address }, platform) => {
    const run = await runSchedule(platform, await readSchedule(platform.db, params.scheduleId), caller.actor)
    const detail = { pipeline: run.pipeline, trigger: run.trigger, schedule: params.scheduleId }
    await writeAudit(platform.db, { actor: caller.actor, action: 'run.started', target: run.id, detail, address })
    return run
  },

  'DELETE /schedules/:scheduleId': async ({ params, ...context }, platform) => {
    refuseHeldSchedule(await readSchedule(platform.db, params.scheduleId))
    await audit(platform, context, 'schedule.deleted', await deleteSchedule(platform.db, params.scheduleId))
  },
}

type Asker = Pick<RequestContext, 'caller' | 'address'>

async function changed(platform: Platform, context: Asker, action: AuditAction, row: Awaited<ReturnType<typeof readSchedule>>) {
  await audit(platform, context, action, row)
  platform.wakeScheduler()
  return describeSchedule(row)
}

function audit({ db }: Platform, { caller, address }: Asker, action: AuditAction, row: ScheduleRow): Promise<void> {
  const { pipeline, timing } = row
  return writeAudit(db, { actor: caller.actor, action, target: row.id, detail: { pipeline, timing }, address })
}
