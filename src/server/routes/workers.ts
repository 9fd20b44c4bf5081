import type { Worker, workerEndpoints } from '../../contract/workers.ts'
import { writeAudit } from '../../store/audit.ts'
import { deletePool, listPools, setPool } from '../../store/queue/pools.ts'
import { countRefused, listWorkers, type WorkerWithRuns } from '../../store/queue/workers.ts'
import type { Handlers } from '../handlers.ts'

export const workerRoutes: Handlers<typeof workerEndpoints> = {
  'GET /workers': async (_input, { db }) => ({ workers: (await listWorkers(db)).map(describeWorker), refused: await countRefused(db) }),

  'GET /pools': (_input, { db }) => listPools(db),

  'PUT /pools/:name': async ({ params, body, caller, address }, { db }) => {
    const pool = await setPool(db, { name: params.name, ...body })
    await writeAudit(db, { actor: caller.actor, action: 'pool.changed', target: pool.name, detail: { size: pool.size }, address })
    return pool
  },

  'DELETE /pools/:name': async ({ params, caller, address }, { db }) => {
    await deletePool(db, params.name)
    await writeAudit(db, { actor: caller.actor, action: 'pool.deleted', target: params.name, detail: {}, address })
  },
}

function describeWorker({ id, role, host, pid, version, concurrency, state, runs, refused, ...row }: WorkerWithRuns): Worker {
  return {
    id,
    role,
    host,
    pid,
    version,
    concurrency,
    state,
    startedAt: row.started_at.toISOString(),
    heartbeatAt: row.heartbeat_at.toISOString(),
    silentSeconds: Math.max(0, row.silent_s),
    refused,
    runs,
  }
}
