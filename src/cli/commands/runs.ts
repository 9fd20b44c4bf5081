import type { RunActs } from '../../contract/run-endpoints.ts'
import type { Run, RunAttempt, RunDetail, RunWait } from '../../contract/runs.ts'
import { AtlasError } from '../../core/errors.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { followRun, reportRun } from '../follow-run.ts'
import { table } from '../table.ts'

interface Options extends GlobalOptions {
  json?: boolean
}

export interface ListOptions extends Options {
  state?: string
  pipeline?: string
  trigger?: string
  search?: string
  from?: string
  to?: string
  limit: string
}

/** `atlas runs list`, and `atlas runs dead`: what gave up and waits for somebody. */
export async function listRuns(options: ListOptions, gaveUp?: 'open'): Promise<void> {
  const limit = Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > 500)
    throw new AtlasError('cli.usage', `--limit is "${options.limit}"; it must be a number from 1 to 500.`)
  await using connection = await connect(options, 'atlas runs list')
  const { state, pipeline, trigger, search } = options
  const [from, to] = [instantOf('--from', options.from), instantOf('--to', options.to)]
  const query = { state, pipeline, trigger, search, from, to, gaveUp, limit }
  const { runs, next } = await connection.client.call('GET /runs', { query })
  if (options.json === true) return void process.stdout.write(`${JSON.stringify(runs)}\n`)
  process.stdout.write(
    table(
      ['run', 'state', 'pipeline', 'trigger', 'queued', 'attempts', 'read', 'published', 'error'],
      runs.map((run) => [
        run.id,
        run.state,
        run.pipeline,
        run.trigger,
        run.queuedAt.slice(0, 19),
        `${run.attempt} of ${run.maxAttempts}`,
        String(run.sourceRows ?? '–'),
        String(run.publishedRows ?? '–'),
        run.error === null ? '' : `${run.error.code}: ${run.error.detail}`,
      ]),
    ),
  )
  if (next !== null) process.stdout.write(`There are more: --limit shows up to 500, --to ${runs.at(-1)?.queuedAt} the older ones.\n`)
}

/** An instant as the API takes it, of anything that says one. */
function instantOf(name: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const at = new Date(text)
  if (Number.isNaN(at.getTime())) throw new AtlasError('cli.usage', `${name} is "${text}"; give a time such as 2026-03-01T06:00:00Z.`)
  return at.toISOString()
}

/** `atlas runs show`. */
export async function showRun(runId: string, options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas runs show')
  const run = await connection.client.call('GET /runs/:runId', { params: { runId } })
  process.stdout.write(options.json === true ? `${JSON.stringify(run)}\n` : storyOf(run))
}

function storyOf(run: RunDetail): string {
  const lines = [`${run.id}  ${run.pipeline}  ${run.state}`, `queued ${run.queuedAt} by ${run.requestedBy}, trigger ${run.trigger}`]
  if (run.logicalTime !== null) lines.push(`for ${run.logicalTime}`)
  if (run.retryOf !== null) lines.push(`does ${run.retryOf} again`)
  if (run.retriedBy !== null) lines.push(`done again by ${run.retriedBy}`)
  else if (run.settledReason !== null) lines.push(`put aside by ${run.settledBy}: ${run.settledReason}`)
  lines.push(...run.attempts.map(attemptLine), ...run.waits.map((wait) => `waits ${waitWords(wait)}`))
  for (const { dataset, snapshotId, rows } of run.inputs) lines.push(`read ${dataset} ${snapshotId}, ${rows} rows`)
  for (const { dataset, snapshotId, rows } of run.outputs) lines.push(`published ${dataset} ${snapshotId}, ${rows} rows`)
  if (run.error !== null) lines.push(`${run.error.code}: ${run.error.detail}`, ...(run.error.next === undefined ? [] : [run.error.next]))
  return `${lines.join('\n')}\n`
}

function attemptLine({ attempt, worker, host, startedAt, finishedAt, outcome, error }: RunAttempt): string {
  const where = host === null ? worker : `${worker} on ${host}`
  const end = finishedAt === null ? 'under way' : `${outcome} at ${finishedAt}`
  return `attempt ${attempt}: ${where}, from ${startedAt}, ${end}${error === null ? '' : ` (${error.code})`}`
}

function waitWords(wait: RunWait): string {
  if (wait.for === 'time') return `until ${wait.until} to be tried again`
  if (wait.for === 'pipeline') return `for run ${wait.runId} of the same pipeline`
  if (wait.for === 'pool') return `for a place in the pool ${wait.pool}, which has ${wait.size}`
  if (wait.for === 'turn') return `for ${wait.ahead} ${wait.ahead === 1 ? 'run' : 'runs'} before it`
  if (wait.for === 'lake') return `until the files of the lake can be reached (${wait.code})`
  return wait.alive === 0 ? 'for a worker: none is alive' : `for one of ${wait.alive} workers, which are busy`
}

/** `atlas runs retry`: exits with 1 when one of them could not be done again. */
export async function retryRuns(runIds: string[], options: Options & { wait?: boolean }): Promise<void> {
  await using connection = await connect(options, 'atlas runs retry')
  const { client } = connection
  const done = await client.call('POST /runs/retry', { body: { runIds } })
  tell(done, options, (run) =>
    run.retryOf === null ? `${run.id} begins as soon as a worker is free` : `${run.id} does ${run.retryOf} again`,
  )
  if (options.wait !== true) return
  for (const run of done.runs) await reportRun((warned) => followRun(client, run.id, warned), options)
}

/** `atlas runs settle`. */
export async function settleRuns(runIds: string[], options: Options & { reason: string }): Promise<void> {
  await using connection = await connect(options, 'atlas runs settle')
  const { reason } = options
  tell(await connection.client.call('POST /runs/settle', { body: { runIds, reason } }), options, (run) => `${run.id} is put aside`)
}

/** `atlas runs cancel`. */
export async function cancelRuns(runIds: string[], options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas runs cancel')
  tell(await connection.client.call('POST /runs/cancel', { body: { runIds } }), options, (run) => `${run.id} is being cancelled`)
}

function tell(done: RunActs, options: Options, words: (run: Run) => string): void {
  if (options.json === true) process.stdout.write(`${JSON.stringify(done)}\n`)
  else for (const run of done.runs) process.stdout.write(`${words(run)}\n`)
  for (const { problem } of done.refused) process.stderr.write(`atlas: ${problem.detail}\n  ${problem.next ?? ''} [${problem.code}]\n`)
  if (done.refused.length > 0) process.exitCode = 1
}
