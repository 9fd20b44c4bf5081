import { connect, type GlobalOptions } from '../connect.ts'
import { table } from '../table.ts'

/** `atlas connectors`: the kinds of source that can be read. */
export async function connectors(options: GlobalOptions & { json?: boolean }): Promise<void> {
  await using connection = await connect(options, 'atlas connectors')
  const kinds = await connection.client.call('GET /connectors')
  if (options.json === true) process.stdout.write(`${JSON.stringify(kinds)}\n`)
  else
    process.stdout.write(
      table(
        ['connector', 'title', 'modes', 'reads'],
        kinds.map(({ id, title, modes, description }) => [id, title, modes.join(' '), description]),
      ),
    )
}
