import { connect, type GlobalOptions } from '../connect.ts'

/** `atlas check suggest`: prints a contract file, with a comment above each rule that says what was seen. */
export async function suggest(dataset: string, options: GlobalOptions & { json?: boolean }): Promise<void> {
  await using connection = await connect(options, 'atlas check suggest')
  const suggested = await connection.client.call('GET /datasets/:name/rules/suggestions', { params: { name: dataset } })
  process.stdout.write(options.json === true ? `${JSON.stringify(suggested)}\n` : suggested.yaml)
}
