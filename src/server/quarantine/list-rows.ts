import type { QuarantineEntry, QuarantineFilter, QuarantineGroup, QuarantineState } from '../../contract/quarantine.ts'
import { raw, sql } from '../../core/sql.ts'
import type { Platform } from '../platform.ts'
import { conditionOf, ruleOfReason, scanQuarantine } from './quarantine-scan.ts'

interface Wanted extends QuarantineFilter {
  dataset: string
  state?: QuarantineState | undefined
  limit: number
  offset: number
}

/**
 * One page of the quarantined rows of a dataset.
 * @param withRows false leaves the rows themselves out: they are never even read
 * @throws AtlasError `dataset.not_found`
 */
export async function listRows(
  platform: Pick<Platform, 'db' | 'lake'>,
  wanted: Wanted,
  withRows: boolean,
  signal: AbortSignal,
): Promise<{ rows: QuarantineEntry[]; total: number }> {
  const { batches, rows } = await scanQuarantine(platform, wanted.dataset)
  if (batches.length === 0) return { rows: [], total: 0 }
  const where = conditionOf(wanted)
  const [total, page] = await platform.lake.session(async (session) => {
    const [count] = await session.rows(sql`select count(*)::bigint as n from ${rows} where ${where}`)
    const cells = sql`batch, "number", file, line, column_name, reason, ${raw(withRows ? '"row"' : 'null')}, state, run_id`
    const query = sql`select ${cells} from ${rows} where ${where} order by ordinal, "number" limit ${wanted.limit} offset ${wanted.offset}`
    return [
      Number(count?.['n']),
      await session.textRows(sql`select * from (${query}) as page(batch, n, file, line, col, reason, cells, state, run)`),
    ]
  }, signal)
  const byId = new Map(batches.map((batch) => [batch.id, batch]))
  const entries = page.map(([id, number, file, line, column, reason, row, state, replayRunId]): QuarantineEntry => {
    const { stage, runId, createdAt } = byId.get(id ?? '')!
    return {
      batch: id!,
      row: Number(number),
      dataset: wanted.dataset,
      state: state as QuarantineState,
      stage,
      runId,
      at: createdAt.toISOString(),
      file: file ?? null,
      line: line == null ? null : Number(line),
      column: column ?? null,
      reason: reason ?? '',
      rule: ruleOfReason(reason ?? ''),
      content: row ?? null,
      replayRunId: replayRunId ?? null,
    }
  })
  return { rows: entries, total }
}

/** Quarantined rows by reason and column, most open rows first, at most 500 groups. @throws AtlasError `dataset.not_found` */
export async function groupRows(platform: Pick<Platform, 'db' | 'lake'>, dataset: string, signal: AbortSignal): Promise<QuarantineGroup[]> {
  const { batches, rows } = await scanQuarantine(platform, dataset)
  if (batches.length === 0) return []
  const query = sql`select reason, column_name, count(*)::bigint as n, count(*) filter (where state = 'open')::bigint as open
    from ${rows} group by reason, column_name order by open desc, n desc, reason, column_name limit 500`
  const found = await platform.lake.session((session) => session.rows(query), signal)
  return found.map((row) => {
    const reason = String(row['reason'])
    const column = row['column_name']
    return {
      reason,
      column: typeof column === 'string' ? column : null,
      rule: ruleOfReason(reason),
      rows: Number(row['n']),
      open: Number(row['open']),
    }
  })
}
