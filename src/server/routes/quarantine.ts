import type { quarantineEndpoints, QuarantineSelection } from '../../contract/quarantine.ts'
import type { Caller } from '../../access/caller.ts'
import { requirePermission } from '../../access/caller.ts'
import { writeAudit } from '../../store/audit.ts'
import { listActs, markRows } from '../../store/quarantine-marks.ts'
import { overviewQuarantine } from '../../store/quarantine-queries.ts'
import { pinSnapshot } from '../../store/snapshots.ts'
import type { Handlers } from '../handlers.ts'
import { chooseRows } from '../quarantine/choose-rows.ts'
import { readFailingRows } from '../quarantine/failing-rows.ts'
import { groupRows, listRows } from '../quarantine/list-rows.ts'
import { previewRows, replayRows } from '../quarantine/replay-rows.ts'
import { canReadRaw, passRawRead } from '../raw-access.ts'

export const quarantineRoutes: Handlers<typeof quarantineEndpoints> = {
  'GET /quarantine': (_input, { db }) => overviewQuarantine(db),

  'GET /quarantine/rows': async (input, platform) => {
    const { query, caller, signal } = input
    refuseSearch(caller, query.q)
    const withRows = canReadRaw(caller)
    if (withRows) {
      const detail = { state: query.state ?? null, offset: query.offset, limit: query.limit }
      await passRawRead(platform, input, { action: 'quarantine.raw_read', target: query.dataset, detail })
    }
    return listRows(platform, query, withRows, signal)
  },

  'GET /quarantine/groups': ({ query, signal }, platform) => groupRows(platform, query.dataset, signal),

  'GET /quarantine/acts': ({ query }, { db }) => listActs(db, query.dataset),

  'POST /quarantine/preview': async ({ body, caller, address, signal }, platform) => {
    const { dataset } = body.selection
    await writeAudit(platform.db, {
      actor: caller.actor,
      action: 'quarantine.previewed',
      target: dataset,
      detail: { limit: body.limit },
      address,
    })
    return previewRows(platform, body, signal)
  },

  'POST /quarantine/replay': async ({ body, caller, address, signal }, platform) => {
    const { selection, fix } = body
    refuseSearch(caller, selection.filter?.q)
    const replay = await replayRows(platform, { selection, fix, by: caller.actor }, signal)
    const columns = [...new Set([...fix.edits.flatMap(({ cells }) => Object.keys(cells)), ...fix.transforms.map(({ column }) => column)])]
    const detail = { ...told(selection), rows: replay.rows, edited: fix.edits.length, columns, runId: replay.run.id }
    await writeAudit(platform.db, { actor: caller.actor, action: 'quarantine.replayed', target: selection.dataset, detail, address })
    return replay
  },

  'POST /quarantine/discard': async ({ body, caller, address, signal }, platform) => {
    const { selection, reason } = body
    refuseSearch(caller, selection.filter?.q)
    const { chosen } = await chooseRows(platform, selection, signal)
    const rows = await platform.db.transaction().execute(async (transaction) => {
      const marked = await markRows(transaction, chosen, { state: 'discarded', reason, by: caller.actor })
      const detail = { ...told(selection), rows: marked, reason }
      await writeAudit(transaction, { actor: caller.actor, action: 'quarantine.discarded', target: selection.dataset, detail, address })
      return marked
    })
    return { rows }
  },

  'GET /datasets/:name/rules/:rule/failing-rows': async ({ params, query, caller, signal }, platform) => {
    const pinned = await pinSnapshot(platform.db, params.name, query.snapshot)
    return readFailingRows(platform, pinned, { rule: params.rule, limit: query.limit, caller, signal })
  },
}

/** Whether a text is in a row says what is in the row. */
function refuseSearch(caller: Caller, text: string | undefined): void {
  if (text !== undefined)
    requirePermission(caller, 'datasets.read_raw', 'Searching the text of quarantined rows, which hold data as it came,')
}

/** What was chosen, without the text that was searched for: it may be a value. */
function told({ rows, filter }: QuarantineSelection): Record<string, unknown> {
  if (rows !== undefined) return { chosen: rows.length }
  const { q, ...said } = filter ?? {}
  return { filter: { ...said, ...(q === undefined ? {} : { q: '‹text›' }) } }
}
