import { connect, type GlobalOptions } from '../connect.ts'
import { table } from '../table.ts'

/** `atlas worker list`: who carries out runs. */
export async function listWorkers(options: GlobalOptions & { json?: boolean }): Promise<void> {
  await using connection = await connect(options, 'atlas worker list')
  const reply = await connection.client.call('GET /workers', {})
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(reply)}\n`)
    return
  }
  const rows = reply.workers.map((worker) => [
    worker.id,
    `${worker.host} ${worker.pid}`,
    worker.role,
    worker.state,
    `${worker.runs.length} of ${worker.concurrency}`,
    worker.runs.map((run) => run.pipeline).join(', '),
    worker.state === 'active' || worker.state === 'draining' ? `${Math.round(worker.silentSeconds)} s ago` : worker.heartbeatAt,
  ])
  process.stdout.write(`${table(['id', 'process', 'role', 'state', 'runs', 'works on', 'last sign of life'], rows)}\n`)
  if (reply.refused > 0) process.stdout.write(`${reply.refused} attempts of the last seven days came back too late and were refused.\n`)
}
