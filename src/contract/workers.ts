import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, Instant } from './names.ts'

export const Worker = z
  .object({
    id: z.string(),
    role: z.enum(['server', 'worker', 'command']).meta({
      description: 'server: atlas start. worker: atlas worker. command: another command that opened the home for itself',
    }),
    host: z.string(),
    pid: z.int(),
    version: z.string(),
    concurrency: Count.meta({ description: 'Runs at once' }),
    state: z.enum(['active', 'draining', 'stopped', 'lost']).meta({
      description: 'draining: begins nothing more. stopped: ended in order. lost: gave no sign of life for 12 s',
    }),
    startedAt: Instant,
    heartbeatAt: Instant,
    silentSeconds: z.number().meta({ description: 'Since its last sign of life, by the clock of the database' }),
    refused: Count.meta({ description: 'Attempts of it that came back after they had been given up as lost, and were refused' }),
    runs: z.array(z.object({ id: z.string(), pipeline: z.string(), attempt: Count, startedAt: Instant })),
  })
  .meta({ id: 'Worker' })
export type Worker = z.infer<typeof Worker>

/** Names of pools: those of saved sources begin with `source:`. */
const PoolName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'letters, digits and . _ : -, at most 100')
  .meta({ id: 'PoolName', title: 'Pool', examples: ['source:crm', 'warehouse'] })

export const Pool = z
  .object({
    name: PoolName,
    size: z.int().min(1).max(10_000).meta({ title: 'Places', description: 'Runs that hold one at once' }),
    description: z.string().max(500),
    held: z.array(z.object({ runId: z.string(), pipeline: z.string(), since: Instant })).meta({ description: 'Runs that hold a place' }),
    waiting: Count.meta({ description: 'Queued runs that need a place' }),
  })
  .meta({ id: 'Pool' })
export type Pool = z.infer<typeof Pool>

const name = z.object({ name: PoolName })

export const workerEndpoints = endpoints({
  'GET /workers': {
    summary: 'List workers: those that live, and those that ended within a day',
    permission: 'runs.read',
    reply: z.object({
      workers: z.array(Worker),
      refused: Count.meta({ description: 'Attempts of the last seven days that came back too late and were refused' }),
    }),
  },
  'GET /pools': { summary: 'List pools and who holds their places', permission: 'runs.read', reply: z.array(Pool) },
  'PUT /pools/:name': {
    summary: 'Make a pool, or give it another size',
    description: 'Of the runs that name it (of those of a saved source, `source:<name>`) never more than so many go on at once.',
    permission: 'pipelines.edit',
    params: name,
    body: z.strictObject({ size: Pool.shape.size, description: Pool.shape.description.default('') }),
    reply: Pool,
  },
  'DELETE /pools/:name': { summary: 'Delete a pool: it limits nothing any more', permission: 'pipelines.edit', params: name, status: 204 },
})
