import type { Freshness } from '../../contract/graph.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { printedJson } from '../print-json.ts'
import { table } from '../table.ts'

interface Options extends GlobalOptions {
  json?: boolean
}

/** `atlas freshness list`. */
export async function listFreshness(options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas freshness list')
  const targets = await connection.client.call('GET /freshness', {})
  if (printedJson(options, targets)) return
  const rows = targets.map(({ dataset, within, state, asOf, reason }) => [dataset, within, state, asOf ?? 'never', reason ?? ''])
  process.stdout.write(table(['dataset', 'no older than', 'state', 'as of', 'why'], rows))
}

/** `atlas freshness set`. */
export async function setFreshness(dataset: string, within: string, options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas freshness set')
  const target = await connection.client.call('PUT /freshness/:dataset', { params: { dataset }, body: { within } })
  if (!printedJson(options, target)) process.stdout.write(sentence(target))
}

/** `atlas freshness delete`. */
export async function deleteFreshness(dataset: string, options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas freshness delete')
  await connection.client.call('DELETE /freshness/:dataset', { params: { dataset } })
  if (!printedJson(options, { deleted: dataset })) process.stdout.write(`${dataset} has no freshness target any more.\n`)
}

function sentence({ dataset, within, state, asOf }: Freshness): string {
  const now = asOf === null ? 'it has never been built' : `its data is of ${asOf}`
  return `${dataset} is to be no older than ${within}: ${state}, ${now}.\n`
}
