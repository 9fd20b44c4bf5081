import type { Preview, ReadContext, ReadRequest } from '../connector.ts'
import type { PostgresqlSettings } from '../postgresql.ts'
import { connect, hangUp } from './connect.ts'
import { quoteName } from './quote.ts'
import { findRelation, whereClause } from './relation.ts'
import { sourceError } from './source-error.ts'

const ROWS = 50
/** Characters of one cell that are shown. */
const CELL = 1000

/** The first rows, as the source prints them; long cells are cut. */
export async function preview(settings: PostgresqlSettings, request: ReadRequest, context: ReadContext): Promise<Preview> {
  const session = await connect(settings, context.signal)
  const stop = () => hangUp(session)
  context.signal.addEventListener('abort', stop, { once: true })
  try {
    await session.client.query('begin isolation level repeatable read read only')
    const { columns, from, where } = await findRelation(session, settings, request)
    const cells = columns.map(({ name, print }) => `left((${print(quoteName(name))})::text, ${CELL})`)
    const { rows } = await session.client.query<(string | null)[]>({
      text: `select ${cells.join(', ')} from ${from}${whereClause(where)} limit ${ROWS}`,
      rowMode: 'array',
    })
    return { columns: columns.map(({ name, type }) => ({ name, type })), rows }
  } catch (error) {
    throw sourceError(error, `the stream ${JSON.stringify(request.stream.name)}`)
  } finally {
    context.signal.removeEventListener('abort', stop)
    await session.client.end().catch(() => undefined)
  }
}
