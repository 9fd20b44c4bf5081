import { requirePermission } from '../../access/caller.ts'
import type { EventTrigger, Fired, triggerEndpoints } from '../../contract/triggers.ts'
import { AtlasError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { cancelOlder, fireTrigger, type TriggerOptions } from '../../ops/triggers/fire-trigger.ts'
import { checkCall } from '../../ops/triggers/signature.ts'
import { listFiles } from '../../ops/triggers/watch-files.ts'
import { UNPLANNED } from '../../pipeline/run-recorder.ts'
import { type AuditAction, writeAudit } from '../../store/audit.ts'
import {
  changeTrigger,
  deleteTrigger,
  holdTrigger,
  insertTrigger,
  listTriggers,
  readTrigger,
  type TriggerRow,
  type TriggerWithRun,
} from '../../store/event-triggers.ts'
import { knowFiles } from '../../store/trigger-files.ts'
import { refuseTriggerCycle } from '../graph/refuse-trigger-cycle.ts'
import type { Handlers, RequestContext } from '../handlers.ts'
import type { Platform } from '../platform.ts'
import { requirePipeline } from '../require-pipeline.ts'

const SECRET_SCHEMA = { type: 'object', properties: { secret: { type: 'string', secret: true } } }

export const triggerRoutes: Handlers<typeof triggerEndpoints> = {
  'GET /triggers': async ({ query }, { db }) => (await listTriggers(db, query.pipeline)).map(describeTrigger),

  'POST /triggers': async ({ body, ...context }, platform) => {
    const { db, now, random, secrets } = platform
    await requirePipeline(platform, body)
    const files = await acceptFiles(context, body.event)
    if (body.event.kind === 'dataset') await refuseTriggerCycle(platform, body.pipeline, body.event.dataset)
    const id = newId('trg', now().getTime(), random)
    const secret = body.event.kind === 'http' ? newSecret(platform) : null
    await secrets.whileSealing(async () => {
      const settings = secret === null ? {} : await secrets.sealSettings(SECRET_SCHEMA, { secret })
      const homeId = body.event.kind === 'file' ? (platform.homeId ?? null) : null
      await insertTrigger(db, body, { id, by: context.caller.actor, now: now(), settings, homeId })
    })
    await knowFiles(db, id, files, now())
    const row = await readTrigger(db, id)
    await audit(platform, context, 'trigger.created', row)
    return { trigger: describeTrigger(row), secret }
  },

  'GET /triggers/:triggerId': async ({ params }, { db }) => describeTrigger(await readTrigger(db, params.triggerId)),

  'POST /triggers/:triggerId/pause': async ({ params, ...context }, platform) => {
    await changeTrigger(platform.db, params.triggerId, { paused: true }, platform.now())
    return changed(platform, context, 'trigger.paused', params.triggerId)
  },

  'POST /triggers/:triggerId/resume': async ({ params, ...context }, platform) => {
    const { db, now } = platform
    const { event } = await readTrigger(db, params.triggerId)
    if (event.kind === 'file') await knowFiles(db, params.triggerId, await listFiles(event.path), now())
    await changeTrigger(db, params.triggerId, { paused: false }, now())
    return changed(platform, context, 'trigger.resumed', params.triggerId)
  },

  'POST /triggers/:triggerId/secret': async ({ params, ...context }, platform) => {
    const { db, secrets, now } = platform
    const { event } = await readTrigger(db, params.triggerId)
    if (event.kind !== 'http')
      throw new AtlasError('request.invalid', `The trigger ${params.triggerId} is not fired over HTTP; it has no secret.`)
    const secret = newSecret(platform)
    await secrets.whileSealing(async () => {
      const settings = await secrets.sealSettings(SECRET_SCHEMA, { secret })
      await changeTrigger(db, params.triggerId, { settings }, now())
    })
    return { trigger: await changed(platform, context, 'trigger.secret_renewed', params.triggerId), secret }
  },

  'DELETE /triggers/:triggerId': async ({ params, ...context }, platform) => {
    await audit(platform, context, 'trigger.deleted', await deleteTrigger(platform.db, params.triggerId))
  },

  'POST /triggers/:triggerId/run': async ({ params, ...context }, platform) => {
    const { now, random } = platform
    const fired = await fire(platform, params.triggerId, () => Promise.resolve(newId('by', now().getTime(), random)), context.caller.actor)
    await audit(platform, context, 'trigger.fired', await readTrigger(platform.db, params.triggerId))
    return fired
  },

  'POST /triggers/:triggerId/fire': ({ params, http }, platform) => {
    const header = (name: string): string | undefined => [http.headers[name]].flat()[0]
    const call = { timestamp: header('x-atlas-timestamp'), signature: header('x-atlas-signature'), body: http.rawBody ?? Buffer.alloc(0) }
    const check = async (trigger: TriggerRow): Promise<string> => {
      const { secret } = await platform.secrets.openSettings(trigger.settings)
      if (trigger.kind !== 'http' || typeof secret !== 'string') throw unknownCall()
      return checkCall(secret, call, platform.now())
    }
    return fire(platform, params.triggerId, check, null)
  },
}

/** Who has no secret learns nothing of which triggers there are. */
function unknownCall(): AtlasError {
  return new AtlasError('trigger.bad_signature', 'The signature does not fit the timestamp, the body and the secret of this trigger.')
}

/** Sets a trigger off. @param keyOf names the event, or refuses it @param by null for whoever made the trigger */
async function fire(
  platform: Platform,
  triggerId: string,
  keyOf: (trigger: TriggerRow) => Promise<string>,
  by: string | null,
): Promise<Fired> {
  const { db, secrets } = platform
  const options = triggerOptions(platform)
  const fired = await secrets.whileSealing(() =>
    db.transaction().execute(async (transaction) => {
      const trigger = await holdTrigger(transaction, triggerId).catch((error: unknown) => {
        throw by === null && error instanceof AtlasError ? unknownCall() : error
      })
      const key = await keyOf(trigger)
      if (trigger.paused) throw new AtlasError('trigger.paused', `The trigger ${triggerId} is paused.`)
      return fireTrigger(transaction, trigger, { key, by: by ?? trigger.created_by }, options)
    }),
  )
  if (fired === null) throw new AtlasError('trigger.replayed', 'A call with this signature was taken already.')
  if (fired.run !== null) options.onQueued(fired.run)
  await cancelOlder(options, fired.older, 'an event')
  return { run: fired.run, reason: fired.reason }
}

function triggerOptions({ db, now, random, secrets, runs, homeId }: Platform): TriggerOptions {
  return {
    db,
    now,
    random,
    steps: UNPLANNED,
    workingFolder: process.cwd(),
    ...(homeId === undefined ? {} : { homeId }),
    whileSealing: (work) => secrets.whileSealing(work),
    onQueued: (run) => runs.queued(run),
    cancel: (runId, by) => runs.cancel(runId, by),
  }
}

/** Files that are there already. @throws AtlasError `trigger.bad_path`, `access.denied` */
async function acceptFiles({ caller }: Asker, event: EventTrigger['event']) {
  if (event.kind !== 'file') return []
  requirePermission(caller, 'sources.read_local_files', 'Watching files on the server')
  return listFiles(event.path)
}

function newSecret({ random }: Platform): string {
  return `atrg_${Buffer.from(random(32)).toString('base64url')}`
}

type Asker = Pick<RequestContext, 'caller' | 'address'>

async function changed(platform: Platform, context: Asker, action: AuditAction, triggerId: string): Promise<EventTrigger> {
  const row = await readTrigger(platform.db, triggerId)
  await audit(platform, context, action, row)
  return describeTrigger(row)
}

function audit({ db }: Platform, { caller, address }: Asker, action: AuditAction, { id, pipeline, event }: TriggerRow): Promise<void> {
  return writeAudit(db, { actor: caller.actor, action, target: id, detail: { pipeline, event }, address })
}

function describeTrigger(row: TriggerWithRun): EventTrigger {
  return {
    id: row.id,
    pipeline: row.pipeline,
    event: row.event,
    overlap: row.overlap,
    paused: row.paused,
    fired: row.fired,
    lastFiredAt: row.last_fired_at?.toISOString() ?? null,
    skipped: row.skipped,
    lastSkippedAt: row.last_skipped_at?.toISOString() ?? null,
    lastSkipReason: row.last_skip_reason,
    problem: row.problem,
    lastRun: row.lastRun,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
