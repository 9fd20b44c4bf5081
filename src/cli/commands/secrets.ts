import { connect, type GlobalOptions } from '../connect.ts'

/** `atlas secrets rotate`: seals every stored secret with a new key. */
export async function rotateSecrets(options: GlobalOptions & { json?: boolean }): Promise<void> {
  await using connection = await connect(options, 'atlas secrets rotate')
  const rotation = await connection.client.call('POST /secrets/rotate')
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(rotation)}\n`)
    return
  }
  const stripped = rotation.stripped === 0 ? '' : ` Removed those of ${rotation.stripped} ended runs.`
  process.stdout.write(`Sealed ${rotation.resealed} secrets with the new key.${stripped}\n`)
}
