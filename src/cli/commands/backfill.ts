import type { Backfill, BackfillInput, BackfillPlan } from '../../contract/backfills.ts'
import { AtlasError } from '../../core/errors.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { printedJson } from '../print-json.ts'
import { table } from '../table.ts'
import { timingOf } from '../timing-of.ts'

interface Options extends GlobalOptions {
  json?: boolean
}

export interface BackfillOptions extends Options {
  from: string
  to: string
  every?: string
  zone: string
  atOnce: string
  redo?: boolean
}

/** `atlas backfill plan` and `start`. */
export async function backfill(act: 'plan' | 'start', pipeline: string, options: BackfillOptions): Promise<void> {
  const body = inputOf(pipeline, options)
  await using connection = await connect(options, `atlas backfill ${act}`)
  const { client } = connection
  if (act === 'plan') {
    const plan = await client.call('POST /backfills/plan', { body })
    if (!printedJson(options, plan)) process.stdout.write(planText(plan))
    return
  }
  const started = await client.call('POST /backfills', { body })
  if (printedJson(options, started)) return
  const { total, present } = started.counts
  process.stdout.write(
    `${started.id}: ${pipeline}, ${total - present} of ${total} partitions are to run, ${started.concurrency} at once.\n`,
  )
}

/** `atlas backfill list`. */
export async function listBackfills(options: Options & { pipeline?: string }): Promise<void> {
  await using connection = await connect(options, 'atlas backfill list')
  const backfills = await connection.client.call('GET /backfills', { query: { pipeline: options.pipeline } })
  if (printedJson(options, backfills)) return
  const rows = backfills.map((one) => [
    one.id,
    one.pipeline,
    one.from,
    one.to,
    one.problem ?? one.state,
    progress(one),
    String(one.counts.failed),
  ])
  process.stdout.write(table(['backfill', 'pipeline', 'from', 'to', 'state', 'done', 'failed'], rows))
}

/** `atlas backfill cancel`. */
export async function cancelBackfill(backfillId: string, options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas backfill cancel')
  const cancelled = await connection.client.call('POST /backfills/:backfillId/cancel', { params: { backfillId } })
  if (!printedJson(options, cancelled)) process.stdout.write(`Cancelled ${backfillId}: ${progress(cancelled)} partitions are there.\n`)
}

function progress({ counts }: Backfill): string {
  return `${counts.present + counts.succeeded} of ${counts.total}`
}

function planText({ pipeline, words, counts, toRun, partitions, warnings }: BackfillPlan): string {
  const lines = partitions.slice(0, 20).map(({ logicalTime, endsAt, state }) => [logicalTime, endsAt, state])
  const rest = counts.total > lines.length ? `… and ${counts.total - lines.length} more\n` : ''
  const sums = `${counts.total} partitions: ${counts.present} present, ${counts.queued} going on, ${counts.failed} failed, ${counts.missing} missing.`
  const notes = warnings.map((warning) => `Note: ${warning}\n`).join('')
  return `${pipeline}, ${words}\n${table(['from', 'to', 'state'], lines)}${rest}${sums} ${toRun} would run.\n${notes}`
}

function inputOf(pipeline: string, { from, to, every, zone, atOnce, redo = false }: BackfillOptions): BackfillInput {
  const concurrency = Number(atOnce)
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 100)
    throw new AtlasError('cli.usage', `--at-once is "${atOnce}"; it must be a number from 1 to 100.`)
  const timing = every === undefined ? {} : { timing: timingOf(every, zone) }
  return { pipeline, from: instantOf('--from', from), to: instantOf('--to', to), redo, concurrency, ...timing }
}

function instantOf(option: string, text: string): string {
  const time = /^\d{4}-\d\d-\d\d(T.*)?$/.test(text) ? new Date(text) : new Date(Number.NaN)
  if (Number.isNaN(time.getTime())) throw new AtlasError('cli.usage', `${option} is "${text}"; it must be a date or an ISO 8601 time.`)
  return time.toISOString()
}
