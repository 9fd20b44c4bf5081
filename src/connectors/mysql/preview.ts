import type { Preview, ReadContext, ReadRequest } from '../connector.ts'
import type { MysqlSettings } from './settings.ts'
import type { MysqlColumn } from './column.ts'
import { openSession, type RawCell } from './session.ts'
import { planStream, selectText } from './stream-plan.ts'

const ROWS = 50
/** Longer values are cut, as nobody reads them in a table. */
const LONGEST = 2000

/**
 * The first rows as the source has them, as text.
 * @throws AtlasError `source.*`, `run.cancelled`
 */
export async function previewMysql(settings: MysqlSettings, request: ReadRequest, context: ReadContext): Promise<Preview> {
  const session = await openSession(settings, context)
  try {
    await session.rows('start transaction read only')
    const plan = await planStream(session, settings, request)
    const statement = selectText(
      plan.selected.map(({ expression }) => expression),
      plan.from,
      plan.conditions,
      ` limit ${ROWS}`,
    )
    const rows: (string | null)[][] = []
    await session.stream(
      statement,
      (row) => void rows.push(plan.selected.map((column, index) => shown(column, row[index] ?? null))),
      `${plan.name} cannot be read`,
    )
    return { columns: plan.selected.map(({ name, type }) => ({ name, type })), rows }
  } finally {
    await session.close()
  }
}

function shown({ type }: MysqlColumn, cell: RawCell): string | null {
  if (cell === null) return null
  const text = type === 'BLOB' ? `0x${cell.toString('hex', 0, LONGEST / 2)}` : cell.toString('utf8')
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
