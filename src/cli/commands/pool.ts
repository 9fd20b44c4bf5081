import { AtlasError } from '../../core/errors.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { table } from '../table.ts'

type PoolOptions = GlobalOptions & { json?: boolean }

/** `atlas pool list` */
export async function listPools(options: PoolOptions): Promise<void> {
  await using connection = await connect(options, 'atlas pool list')
  const pools = await connection.client.call('GET /pools', {})
  if (options.json === true) process.stdout.write(`${JSON.stringify(pools)}\n`)
  else if (pools.length === 0) process.stdout.write('There is no pool. Make one with: atlas pool set NAME SIZE\n')
  else {
    const rows = pools.map((pool) => [
      pool.name,
      `${pool.held.length} of ${pool.size}`,
      String(pool.waiting),
      pool.held.map((run) => run.pipeline).join(', '),
      pool.description,
    ])
    process.stdout.write(`${table(['pool', 'held', 'waiting', 'by', 'description'], rows)}\n`)
  }
}

/** `atlas pool set NAME SIZE` */
export async function setPool(name: string, size: string, options: PoolOptions & { description?: string }): Promise<void> {
  if (!/^[1-9]\d{0,4}$/.test(size) || Number(size) > 10_000)
    throw new AtlasError('cli.usage', `The size is "${size}"; it must be a whole number from 1 to 10000.`)
  await using connection = await connect(options, 'atlas pool set')
  const body = { size: Number(size), description: options.description ?? '' }
  const pool = await connection.client.call('PUT /pools/:name', { params: { name }, body })
  process.stdout.write(options.json === true ? `${JSON.stringify(pool)}\n` : `${pool.name}: at most ${pool.size} at once.\n`)
}

/** `atlas pool delete NAME` */
export async function deletePool(name: string, options: PoolOptions): Promise<void> {
  await using connection = await connect(options, 'atlas pool delete')
  await connection.client.call('DELETE /pools/:name', { params: { name } })
  process.stdout.write(options.json === true ? '{}\n' : `${name} is deleted.\n`)
}
