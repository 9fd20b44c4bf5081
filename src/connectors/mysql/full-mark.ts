import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import type { Landing } from '../connector.ts'
import type { MysqlColumn } from './column.ts'
import { isInSnapshot } from './list-tables.ts'
import { mysqlValue } from './order-value.ts'
import { quoteName, quoteText } from './quote.ts'
import type { Session } from './session.ts'
import { selectText, type StreamPlan } from './stream-plan.ts'

/** How far a full refresh is: the key of the last row that is durable, and what the table looked like. */
const FullMark = z.object({
  version: z.literal(1),
  key: z.array(z.string()),
  shape: z.string(),
  /** Another one once the table was rebuilt or emptied. */
  identity: z.string(),
  updatedAt: z.string().nullable(),
})
type FullMark = z.infer<typeof FullMark>

/**
 * The primary key by which a table is read in order, so that a later run can go on; null where that would cost a sort, or the table is not in the snapshot.
 * InnoDB keeps its rows in the order of the primary key.
 */
export function orderedKey({ table, columns, conditions }: StreamPlan): MysqlColumn[] | null {
  if (table === null || table.engine !== 'InnoDB' || !isInSnapshot(table) || conditions.length > 0 || table.primaryKey.length === 0)
    return null
  const key = table.primaryKey.flatMap((name) =>
    columns.filter((column) => column.name === name && column.order !== null && column.order !== 'double'),
  )
  return key.length === table.primaryKey.length ? key : null
}

/** The mark after a row with that key. */
export function markAt(plan: StreamPlan, identity: string, key: readonly string[]): FullMark {
  return { version: 1, key: [...key], shape: shapeOf(plan), identity, updatedAt: plan.table?.updatedAt ?? null }
}

/**
 * What the table is to the server: when it was made, and the number InnoDB gave it, which changes when it is emptied by TRUNCATE. The number is only for
 * users who may see it, and for names that InnoDB writes as they are.
 */
export async function tableIdentity(session: Session, { table, database }: StreamPlan): Promise<string> {
  const created = table?.createdAt ?? ''
  const name = `${database}/${table?.name}`
  if (!/^[A-Za-z0-9_]+\/[A-Za-z0-9_]+$/.test(name)) return created
  const view = session.mariadb ? 'innodb_sys_tables' : 'innodb_tables'
  const statement = `select table_id from information_schema.${view} where name = ${quoteText(name)}`
  const numbers = await session.rows(statement).catch((error: unknown) => {
    if (error instanceof AtlasError && error.code === 'source.permission_denied') return []
    throw error
  })
  return `${created} ${numbers[0]?.[0] ?? ''}`
}

function shapeOf({ selected, table }: StreamPlan): string {
  return JSON.stringify([table?.primaryKey, ...selected.map(({ name, type }) => [name, type])])
}

/** Rows whose key comes after that one (or up to it). Written out, because MySQL uses no index for a comparison of whole keys. */
export function keyCondition(columns: readonly MysqlColumn[], key: readonly string[], side: 'after' | 'until'): string {
  const [column, ...others] = columns
  const [value = '', ...rest] = key
  if (column?.order === null || column === undefined) return side === 'after' ? 'false' : 'true'
  const name = quoteName(column.name)
  const constant = mysqlValue(column.order, value)
  const sign = side === 'after' ? '>' : '<'
  if (others.length === 0) return `${name} ${sign}${side === 'until' ? '=' : ''} ${constant}`
  return `${name} ${sign} ${constant} or (${name} = ${constant} and (${keyCondition(others, rest, side)}))`
}

/**
 * The key after which a full refresh that was cut off goes on; null to begin anew. What was landed must still be what the table holds up to that key, at least
 * by its number of rows, in a table that was not rebuilt.
 */
export async function resumeKey(given: {
  plan: StreamPlan
  key: readonly MysqlColumn[] | null
  session: Session
  landing: Landing
  identity: string
  warn: (message: string) => void
}): Promise<string[] | null> {
  const { plan, key, landing, warn } = given
  if (landing.resumed === null) return null
  const parsed = FullMark.safeParse(landing.resumed.mark)
  const mark = parsed.success ? parsed.data : null
  const why =
    mark === null || key === null
      ? 'it cannot be read in the order of a key any more'
      : await changeSince(mark, { ...given, key, rows: landing.resumed.rows })
  if (why === null && mark !== null) {
    if (mark.updatedAt !== (plan.table?.updatedAt ?? null))
      warn(
        `${plan.name} was changed since its full refresh was cut off: the rows before are as they were then, the others as they are now.`,
      )
    return mark.key
  }
  warn(`The full refresh of ${plan.name} that was cut off begins anew: ${why}.`)
  await landing.startOver()
  return null
}

async function changeSince(
  mark: FullMark,
  given: { plan: StreamPlan; key: readonly MysqlColumn[]; session: Session; identity: string; rows: number },
): Promise<string | null> {
  const { plan, key, session, rows } = given
  if (mark.shape !== shapeOf(plan)) return 'its columns or its key have changed'
  if (mark.identity !== given.identity) return 'the table was rebuilt or emptied'
  const count = await session.value(
    selectText(['count(*)'], plan.from, [keyCondition(key, mark.key, 'until')]),
    `The rows of ${plan.name} cannot be counted`,
  )
  return Number(count) === rows ? null : `there are ${count} rows where ${rows} were read`
}
