import { AtlasError } from '../../core/errors.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { table } from '../table.ts'

export interface SqlOptions extends GlobalOptions {
  at?: string
  limit: string
  json?: boolean
}

/** `atlas sql`: the rows as a table, or as NDJSON with --json. */
export async function sql(query: string, options: SqlOptions): Promise<void> {
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > 100_000)
    throw new AtlasError('cli.usage', `--limit is "${options.limit}"; it must be a whole number from 1 to 100000.`)
  await using connection = await connect(options, 'atlas sql')
  const reply = await connection.client.call('POST /sql', {
    body: { sql: query, limit, ...(options.at === undefined ? {} : { at: options.at }) },
  })
  const names = reply.columns.map((column) => column.name)
  if (options.json === true) {
    for (const row of reply.rows)
      process.stdout.write(`${JSON.stringify(Object.fromEntries(names.map((name, index) => [name, row[index] ?? null])))}\n`)
  } else {
    process.stdout.write(
      table(
        names,
        reply.rows.map((row) => row.map(cellText)),
      ),
    )
    process.stderr.write(`${reply.rows.length} rows in ${reply.durationMs} ms\n`)
  }
  if (reply.truncated) process.stderr.write(`Only the first ${reply.rows.length} rows are shown; raise --limit for more.\n`)
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return 'null'
  return typeof cell === 'string' ? cell : JSON.stringify(cell)
}
