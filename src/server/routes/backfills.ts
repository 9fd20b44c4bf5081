import type { backfillEndpoints } from '../../contract/backfills.ts'
import { newId } from '../../core/ids.ts'
import { timingWords } from '../../core/schedule/timing-words.ts'
import { writeAudit } from '../../store/audit.ts'
import { cancelBackfill, insertBackfill, listBackfills, listPartitions, readBackfill } from '../../store/backfills.ts'
import type { Handlers } from '../handlers.ts'
import { countPartitions, describeBackfill, planBackfill } from '../plan-backfill.ts'

const LISTED = 200
const SHOWN = 500

export const backfillRoutes: Handlers<typeof backfillEndpoints> = {
  'POST /backfills/plan': async ({ body }, platform) => {
    const { timing, windows, partitions, warnings } = await planBackfill(platform, body)
    const shown = partitions.slice(0, SHOWN).map(({ logicalTime, endsAt, state }) => ({
      logicalTime: new Date(logicalTime).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
      state,
      runId: null,
    }))
    const counts = countPartitions(partitions)
    const toRun = body.redo ? counts.total : counts.missing + counts.failed
    return { pipeline: body.pipeline, timing, words: timingWords(timing), windows, counts, toRun, partitions: shown, warnings }
  },

  'POST /backfills': async ({ body, caller, address }, platform) => {
    const { db, now, random } = platform
    const { timing, windows, partitions } = await planBackfill(platform, body)
    const id = newId('b', now().getTime(), random)
    const { pipeline, redo, concurrency } = body
    const made = { id, pipeline, timing, windows, redo, concurrency, from: new Date(body.from), to: new Date(body.to) }
    await db.transaction().execute((transaction) => insertBackfill(transaction, { ...made, by: caller.actor, now: now() }, partitions))
    const detail = { pipeline, from: body.from, to: body.to, partitions: partitions.length }
    await writeAudit(db, { actor: caller.actor, action: 'backfill.started', target: id, detail, address })
    platform.wakeScheduler()
    return describeBackfill(await readBackfill(db, id))
  },

  'GET /backfills': async ({ query }, { db }) => (await listBackfills(db, query.pipeline, LISTED)).map(describeBackfill),

  'GET /backfills/:backfillId': async ({ params }, { db }) => describeBackfill(await readBackfill(db, params.backfillId)),

  'GET /backfills/:backfillId/partitions': async ({ params, query }, { db }) => {
    await readBackfill(db, params.backfillId)
    return listPartitions(db, params.backfillId, query)
  },

  'POST /backfills/:backfillId/cancel': async ({ params, caller, address }, { db, now, runs }) => {
    const open = await cancelBackfill(db, params.backfillId, now())
    for (const runId of open)
      await runs.cancel(runId, caller.actor).catch((error: unknown) => {
        // It may have come to its end by itself.
        if ((error as { code?: string }).code !== 'run.finished') throw error
      })
    await writeAudit(db, { actor: caller.actor, action: 'backfill.cancelled', target: params.backfillId, address })
    return describeBackfill(await readBackfill(db, params.backfillId))
  },
}
