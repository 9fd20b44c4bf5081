import type { Landing, ReadContext, ReadResult } from '../connector.ts'
import { keyCondition, markAt, orderedKey, resumeKey, tableIdentity } from './full-mark.ts'
import { landStream } from './land-stream.ts'
import { isInSnapshot, streamColumns } from './list-tables.ts'
import { canonicalExpression } from './order-value.ts'
import { noDayWarnings } from './no-day-warnings.ts'
import type { Session } from './session.ts'
import { selectText, type StreamPlan } from './stream-plan.ts'

/**
 * Reads a table, view or query in full. A table with a primary key is read in its order, and each chunk that is landed is a point from which a later run can
 * go on.
 * @throws AtlasError `source.*`, `run.cancelled`
 */
export async function readFull(
  session: Session,
  plan: StreamPlan,
  context: ReadContext,
  landing: Landing,
  chunkBytes?: number,
): Promise<ReadResult> {
  const warnings: string[] = []
  const key = orderedKey(plan)
  const doing = `${plan.name} cannot be read`
  const identity = key === null ? '' : await tableIdentity(session, plan)
  const after = await resumeKey({ plan, key, session, landing, identity, warn: (message) => warnings.push(message) })
  const before = after === null ? 0 : (landing.resumed?.rows ?? 0)
  const counted = await countRows(session, plan)
  const streamed = await landStream({
    session,
    statement: fullStatement(plan, key, after),
    columns: plan.selected,
    doing,
    landing,
    context,
    progress: (rows) => context.progress({ rows: before + rows, bytes: null, total: counted ?? plan.table?.rowEstimate ?? null }),
    ...(key === null ? {} : { afterChunk: (last) => landing.checkpoint(markAt(plan, identity, last.map(String))) }),
    ...(chunkBytes === undefined ? {} : { chunkBytes }),
  })
  if (plan.table !== null && !plan.table.view && counted === null)
    warnings.push(
      `${plan.name} is a ${plan.table.engine} table, which has no snapshots: rows changed during the read may be missing or be there twice.`,
    )
  return {
    columns: streamColumns(plan.selected),
    sourceRows: before + streamed.landed + streamed.refused,
    bytesRead: streamed.bytes,
    state: null,
    text: null,
    warnings: [...warnings, ...noDayWarnings(plan.name, streamed.noDays)],
    ...(counted === null ? {} : { counted: { rows: counted, read: before + streamed.arrived, tolerance: 0 } }),
  }
}

/** The rows that a read should bring, in its own snapshot; null where there is none. */
async function countRows(session: Session, { table, from, conditions, name }: StreamPlan): Promise<number | null> {
  if (table === null || !isInSnapshot(table)) return null
  return Number(await session.value(selectText(['count(*)'], from, conditions), `The rows of ${name} cannot be counted`))
}

function fullStatement(plan: StreamPlan, key: ReturnType<typeof orderedKey>, after: readonly string[] | null): string {
  const expressions = plan.selected.map(({ expression }) => expression)
  if (key === null) return selectText(expressions, plan.from, plan.conditions)
  const keys = key.map((column) => canonicalExpression(column, column.expression))
  const conditions = after === null ? [] : [keyCondition(key, after, 'after')]
  return selectText(
    [...expressions, ...keys],
    `${plan.from} force index (primary)`,
    conditions,
    ` order by ${key.map(({ expression }) => expression).join(', ')}`,
  )
}
