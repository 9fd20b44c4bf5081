import { requirePermission } from '../../access/caller.ts'
import type { sourceEndpoints } from '../../contract/sources.ts'
import { AtlasError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { writeAudit } from '../../store/audit.ts'
import { readHistory } from '../../store/source-history.ts'
import { listSchemaChanges, listStreams } from '../../store/source-queries.ts'
import { changeSource, deleteSource, insertSource, listSources, readSource, type SourceRow } from '../../store/sources.ts'
import { describeConnector, findConnector } from '../describe-connector.ts'
import { describeDependents, describeSource, describeSources } from '../describe-source.ts'
import type { Handlers, RequestContext } from '../handlers.ts'
import { requireReadableSource } from '../local-files.ts'
import type { Platform } from '../platform.ts'
import { discoverStreams, previewStream, type Probe, testSource } from '../probe-source.ts'
import { acceptSettings, checkStreams, openSource, type StoredSettings } from '../source-settings.ts'
import { syncSource } from '../sync-source.ts'

type Asked = Pick<RequestContext, 'caller' | 'address' | 'signal'>
type Unsaved = { connector: SourceRow['connector']; settings: Record<string, unknown>; saved?: string | undefined }

export const sourceRoutes: Handlers<typeof sourceEndpoints> = {
  'GET /connectors': (_input, { connectors }) => connectors.map(describeConnector),

  'GET /sources': async (_input, platform) => describeSources(platform, await listSources(platform.db)),

  'POST /sources': async ({ body, caller, address }, platform) => {
    const { db, connectors, secrets, now, random } = platform
    const connector = findConnector(connectors, body.connector)
    requireReadableSource(caller, { source: body })
    checkStreams(connector, body.streams)
    const row = await secrets.whileSealing(async () => {
      const accepted = await acceptSettings(platform, connector, body.settings, null)
      const id = newId('src', now().getTime(), random)
      return insertSource(db, { ...body, id, ...accepted }, { by: caller.actor, at: now() })
    })
    const detail = { connector: row.connector, streams: row.streams.length }
    await writeAudit(db, { actor: caller.actor, action: 'source.created', target: row.name, detail, address })
    return describeSource(platform, row)
  },

  'GET /sources/:name': async ({ params }, platform) => describeSource(platform, await readSource(platform.db, params.name)),

  'PUT /sources/:name': async ({ params, body, caller, address }, platform) => {
    const { db, connectors, secrets, now } = platform
    const change = { by: caller.actor, at: now() }
    const row = await secrets.whileSealing(() =>
      changeSource(
        db,
        params.name,
        async (stored) => {
          const connector = findConnector(connectors, stored.connector)
          requireReadableSource(caller, { source: { connector: stored.connector, settings: body.settings } })
          checkStreams(connector, body.streams)
          return { ...body, ...(await acceptSettings(platform, connector, body.settings, storedSettings(stored))) }
        },
        change,
      ),
    )
    const detail = { version: row.version, paused: row.paused, streams: row.streams.length }
    await writeAudit(db, { actor: caller.actor, action: 'source.changed', target: row.name, detail, address })
    return describeSource(platform, row)
  },

  'DELETE /sources/:name': async ({ params, query, caller, address }, platform) => {
    const { db } = platform
    await readSource(db, params.name)
    const { datasets, transforms, pipelines } = await describeDependents(platform, params.name)
    const dependents = [...datasets, ...transforms, ...pipelines].length
    if (dependents > 0 && query.confirm !== params.name)
      throw new AtlasError(
        'source.in_use',
        `On ${params.name} depend ${datasets.length} datasets, ${transforms.length} transforms and ${pipelines.length} pipelines.`,
      )
    await deleteSource(db, params.name)
    await writeAudit(db, { actor: caller.actor, action: 'source.deleted', target: params.name, detail: { dependents }, address })
  },

  'GET /sources/:name/dependents': async ({ params }, platform) => {
    await readSource(platform.db, params.name)
    return describeDependents(platform, params.name)
  },

  'POST /sources/test': (input, platform) => test(platform, input, null, () => probeUnsaved(platform, input, input.body)),

  'POST /sources/:name/test': (input, platform) =>
    test(platform, input, input.params.name, () => probeSaved(platform, input, input.params.name)),

  'POST /sources/discover': async (input, platform) => discoverStreams(platform, await probeUnsaved(platform, input, input.body)),

  'POST /sources/:name/discover': async (input, platform) =>
    discoverStreams(platform, await probeSaved(platform, input, input.params.name)),

  'POST /sources/preview': async (input, platform) => {
    const { stream, ...unsaved } = input.body
    const probe = await probeUnsaved(platform, input, unsaved)
    await passPreview(platform, input, { source: null, connector: unsaved.connector, stream: stream.name })
    return previewStream(platform, probe, stream)
  },

  'POST /sources/:name/preview': async (input, platform) => {
    const { stream } = input.body
    const probe = await probeSaved(platform, input, input.params.name)
    await passPreview(platform, input, { source: input.params.name, connector: probe.connector.id, stream: stream.name })
    return previewStream(platform, probe, stream)
  },

  'POST /sources/:name/sync': async ({ params, body, caller, address }, platform) => {
    const source = await readSource(platform.db, params.name)
    const run = await syncSource(platform, source, body, caller.actor)
    const detail = { run: run.id, full: body.full, backfill: body.backfill !== undefined, streams: body.streams?.length ?? null }
    await writeAudit(platform.db, { actor: caller.actor, action: 'source.synced', target: params.name, detail, address })
    return run
  },

  'GET /sources/:name/history': async ({ params }, { db }) => {
    await readSource(db, params.name)
    return readHistory(db, params.name)
  },

  'GET /sources/:name/streams': async ({ params }, { db }) => {
    const { streams } = await readSource(db, params.name)
    return listStreams(db, params.name, streams)
  },

  'GET /sources/:name/schema-changes': async ({ params }, { db }) => {
    await readSource(db, params.name)
    return listSchemaChanges(db, params.name)
  },
}

async function test(platform: Platform, { caller, address }: Asked, target: string | null, probe: () => Promise<Probe>) {
  const asked = await probe()
  const parts = await testSource(platform, asked)
  const detail = { connector: asked.connector.id, ok: parts.every(({ ok }) => ok), failed: parts.find(({ ok }) => !ok)?.part ?? null }
  await writeAudit(platform.db, { actor: caller.actor, action: 'source.tested', target, detail, address })
  return parts
}

/** What the source holds is shown as it is: that needs a right of its own and stands in the audit before the first row leaves. */
async function passPreview(
  { db }: Platform,
  { caller, address }: Asked,
  read: { source: string | null; connector: string; stream: string },
) {
  requirePermission(caller, 'datasets.read_raw', 'A preview, which shows data as it is in the source,')
  const { source, ...detail } = read
  await writeAudit(db, { actor: caller.actor, action: 'source.previewed', target: source, detail, address })
}

/** Settings that are not saved; what they leave as it is comes from the saved source that they name. */
async function probeUnsaved(platform: Platform, { caller, signal }: Asked, { connector: id, settings, saved }: Unsaved): Promise<Probe> {
  const connector = findConnector(platform.connectors, id)
  requireReadableSource(caller, { source: { connector: id, settings } })
  const source = saved === undefined ? null : await readSource(platform.db, saved)
  if (source !== null && source.connector !== id)
    throw new AtlasError('source.bad_settings', `The source ${source.name} is of the kind ${source.connector}, not ${id}.`)
  const accepted = await acceptSettings(platform, connector, settings, source && storedSettings(source))
  // Opened from what was sealed, so that a secret that the source has renewed since is used in its newest form.
  return openProbe(platform, connector, accepted.settings, { name: saved ?? `unsaved ${id}`, signal })
}

async function probeSaved(platform: Platform, { signal }: Asked, name: string): Promise<Probe> {
  const { connector, settings } = await readSource(platform.db, name)
  return openProbe(platform, findConnector(platform.connectors, connector), settings, { name, signal })
}

async function openProbe(
  { secrets }: Platform,
  connector: Probe['connector'],
  sealed: Record<string, unknown>,
  { name, signal }: { name: string; signal: AbortSignal },
): Promise<Probe> {
  return { ...(await openSource(secrets, connector, sealed)), name, signal }
}

function storedSettings({ settings, secrets_set_at: secretsSetAt }: SourceRow): StoredSettings {
  return { settings, secretsSetAt }
}
