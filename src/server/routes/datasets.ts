import type { datasetEndpoints } from '../../contract/datasets.ts'
import { requirePermission } from '../../access/caller.ts'
import { writeAudit } from '../../store/audit.ts'
import { listDatasets, listSnapshots, readDatasetFacts } from '../../store/dataset-queries.ts'
import { findQuarantine, listQuarantine } from '../../store/quarantine-queries.ts'
import { pinSnapshot, snapshotName } from '../../store/snapshots.ts'
import { exportSnapshot } from '../export.ts'
import type { Handlers } from '../handlers.ts'
import { profileSnapshot, withholdValues } from '../profile.ts'
import { canReadRaw, isRaw, passRawRead, withheldFrom } from '../raw-access.ts'
import { readQuarantinedRows, readRows } from '../rows.ts'

export const datasetRoutes: Handlers<typeof datasetEndpoints> = {
  'GET /datasets': ({ query }, { db }) => listDatasets(db, query),

  'GET /datasets/:name': async ({ params, query }, { db }) => {
    const pinned = await pinSnapshot(db, params.name, query.snapshot)
    const { summary, ...facts } = await readDatasetFacts(db, pinned)
    return { ...summary, ...facts }
  },

  'GET /datasets/:name/rows': async (input, platform) => {
    const { params, query, signal } = input
    const pinned = await pinSnapshot(platform.db, params.name, query.snapshot)
    if (isRaw(params.name)) {
      const detail = { snapshot: snapshotName(pinned.snapshotId), offset: query.offset, limit: query.limit }
      await passRawRead(platform, input, { action: 'dataset.raw_read', target: params.name, detail })
    }
    return readRows(platform.lake, pinned, query, signal)
  },

  'GET /datasets/:name/profile': async (input, platform) => {
    const { params, query, caller } = input
    const pinned = await pinSnapshot(platform.db, params.name, query.snapshot)
    if (isRaw(params.name) && canReadRaw(caller)) {
      const detail = { snapshot: snapshotName(pinned.snapshotId), profile: true }
      await passRawRead(platform, input, { action: 'dataset.raw_read', target: params.name, detail })
    }
    const profile = await profileSnapshot(platform, pinned)
    return withholdValues(profile, await withheldFrom(platform, caller, pinned))
  },

  'GET /datasets/:name/snapshots': ({ params }, { db }) => listSnapshots(db, params.name),

  'GET /datasets/:name/export': async (input, platform) => {
    const { params, query, caller, address, signal } = input
    if (isRaw(params.name)) requirePermission(caller, 'datasets.read_raw', `Exporting ${params.name}, which holds data as it came,`)
    const pinned = await pinSnapshot(platform.db, params.name, query.snapshot)
    const detail = { snapshot: snapshotName(pinned.snapshotId), format: query.format, rows: pinned.rows, raw: isRaw(params.name) }
    await writeAudit(platform.db, { actor: caller.actor, action: 'dataset.exported', target: params.name, detail, address })
    return exportSnapshot(platform, pinned, query.format, signal)
  },

  'GET /datasets/:name/quarantine': ({ params }, { db }) => listQuarantine(db, params.name),

  'GET /quarantine/:quarantineId/rows': async (input, platform) => {
    const { params, query, caller, signal } = input
    const batch = await findQuarantine(platform.db, params.quarantineId)
    const withRows = canReadRaw(caller)
    if (withRows) {
      const detail = { dataset: batch.dataset, offset: query.offset, limit: query.limit }
      await passRawRead(platform, input, { action: 'quarantine.raw_read', target: params.quarantineId, detail })
    }
    return { rows: await readQuarantinedRows(platform.lake, batch.path, { ...query, withRows }, signal), total: batch.rows }
  },
}
