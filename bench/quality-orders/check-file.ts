import path from 'node:path'
import { literal, sql } from '../../src/core/sql.ts'
import { openLake } from '../../src/lake/open-lake.ts'
import { measureOrders, ordersOf } from './measure-orders.ts'
import { keyRules, thirtyRules } from './orders.ts'

/** `node check-file.ts FILE [--keys]`: measures a Parquet file of orders as a process of its own and writes the results, as one command that checks a file. */
const [file = '', keys] = process.argv.slice(2)
const folder = path.dirname(file)
const lake = openLake({
  folder: path.join(folder, 'lake'),
  scratch: path.join(folder, 'scratch-check'),
  memoryBytes: 1.5 * 2 ** 30,
  threads: 2,
})
try {
  const rules = keys === '--keys' ? [...thirtyRules, ...keyRules] : thirtyRules
  await lake.session(async (session) => {
    const [row] = await session.rows(sql`select count(*) as n from read_parquet(${literal(file)})`)
    const { results, summary } = await measureOrders(session, await ordersOf(session, file, Number(row?.['n']), rules), rules)
    process.stdout.write(`${JSON.stringify({ results, summary })}\n`)
  })
} finally {
  lake.close()
}
