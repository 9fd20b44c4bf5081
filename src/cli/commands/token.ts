import { AtlasError } from '../../core/errors.ts'
import { connect, type GlobalOptions } from '../connect.ts'

export interface TokenOptions extends GlobalOptions {
  role: 'admin' | 'editor' | 'viewer'
  name: string
  expiresInDays?: string
  json?: boolean
}

/** `atlas token create`: prints a new API token, once. */
export async function createToken(options: TokenOptions): Promise<void> {
  const days = options.expiresInDays === undefined ? undefined : Number(options.expiresInDays)
  if (days !== undefined && (!Number.isInteger(days) || days < 1 || days > 3650)) {
    throw new AtlasError('cli.usage', `--expires-in-days is "${options.expiresInDays}"; it must be a whole number from 1 to 3650.`)
  }
  await using connection = await connect(options, 'atlas token create')
  const token = await connection.client.call('POST /tokens', {
    body: { name: options.name, role: options.role, ...(days === undefined ? {} : { expiresInDays: days }) },
  })
  if (options.json === true) process.stdout.write(`${JSON.stringify(token)}\n`)
  else {
    process.stdout.write(`${token.token}\n`)
    process.stderr.write(`Token for ${token.role}; it is shown only now. Use it as: Authorization: Bearer …\n`)
  }
}
