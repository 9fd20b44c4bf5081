import { formatShare } from '../../core/format-share.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { table } from '../table.ts'
import type { Reply } from '../../client/call.ts'

/** `atlas datasets`: every dataset, one a line; a JSON array with --json. */
export async function datasets(options: GlobalOptions & { json?: boolean }): Promise<void> {
  await using connection = await connect(options, 'atlas datasets')
  const found: Reply<'GET /datasets'>['datasets'] = []
  let after: string | undefined
  do {
    const page = await connection.client.call('GET /datasets', { query: { limit: 1000, after } })
    found.push(...page.datasets)
    after = page.next ?? undefined
  } while (after !== undefined)
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(found)}\n`)
    return
  }
  if (found.length === 0) {
    process.stderr.write('No datasets yet. Make one with: atlas run examples/customers.csv\n')
    return
  }
  const rows = found.map((dataset) => [
    dataset.name,
    String(dataset.rows),
    String(dataset.columns),
    dataset.snapshotId,
    dataset.qualityScore === null ? 'no score' : formatShare(dataset.qualityScore),
    dataset.piiColumns === null ? 'not classified' : String(dataset.piiColumns),
    dataset.updatedAt,
  ])
  process.stdout.write(table(['dataset', 'rows', 'columns', 'snapshot', 'quality', 'PII columns', 'updated'], rows))
}
