import type { EventTrigger, TriggerEvent, TriggerInput } from '../../contract/triggers.ts'
import { AtlasError } from '../../core/errors.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { printedJson } from '../print-json.ts'
import { table } from '../table.ts'

interface Options extends GlobalOptions {
  json?: boolean
}

/** `atlas trigger list`. */
export async function listTriggers(options: Options & { pipeline?: string }): Promise<void> {
  await using connection = await connect(options, 'atlas trigger list')
  const triggers = await connection.client.call('GET /triggers', { query: { pipeline: options.pipeline } })
  if (printedJson(options, triggers)) return
  const rows = triggers.map((trigger) => [
    trigger.id,
    trigger.pipeline,
    words(trigger.event),
    trigger.paused ? 'paused' : (trigger.problem ?? 'waiting'),
    String(trigger.fired),
    trigger.lastFiredAt ?? 'never',
    String(trigger.skipped),
  ])
  process.stdout.write(table(['trigger', 'pipeline', 'runs when', 'state', 'fired', 'last', 'skipped'], rows))
}

export interface AddOptions extends Options {
  dataset?: string
  file?: string
  http?: boolean
  stable: string
  overlap: TriggerInput['overlap']
}

/** `atlas trigger add`: prints the secret of one for signed calls, this once. */
export async function addTrigger(pipeline: string, options: AddOptions): Promise<void> {
  const event = eventOf(options)
  await using connection = await connect(options, 'atlas trigger add')
  const made = await connection.client.call('POST /triggers', { body: { pipeline, event, overlap: options.overlap } })
  if (printedJson(options, made)) return
  process.stdout.write(`${made.trigger.id}: ${pipeline} runs when ${words(event)}.\n${secretLines(made)}`)
}

/** `atlas trigger pause`, `resume`, `delete`, `fire` and `secret`. */
export async function actOnTrigger(
  act: 'pause' | 'resume' | 'delete' | 'fire' | 'secret',
  triggerId: string,
  options: Options,
): Promise<void> {
  await using connection = await connect(options, `atlas trigger ${act}`)
  const { client } = connection
  const params = { triggerId }
  if (act === 'delete') {
    await client.call('DELETE /triggers/:triggerId', { params })
    if (!printedJson(options, { deleted: triggerId })) process.stdout.write(`Deleted ${triggerId}. Its runs stay.\n`)
  } else if (act === 'fire') {
    const fired = await client.call('POST /triggers/:triggerId/run', { params })
    if (!printedJson(options, fired)) process.stdout.write(fired.run === null ? `No run: ${fired.reason}.\n` : `Queued ${fired.run.id}.\n`)
  } else if (act === 'secret') {
    const made = await client.call('POST /triggers/:triggerId/secret', { params })
    if (!printedJson(options, made)) process.stdout.write(secretLines(made))
  } else {
    const key = act === 'pause' ? 'POST /triggers/:triggerId/pause' : 'POST /triggers/:triggerId/resume'
    const trigger = await client.call(key, { params })
    if (!printedJson(options, trigger))
      process.stdout.write(
        `${trigger.pipeline} ${trigger.paused ? 'is not run by this trigger now' : `runs when ${words(trigger.event)}`}.\n`,
      )
  }
}

function eventOf({ dataset, file, http, stable }: AddOptions): TriggerEvent {
  const given = [dataset, file, http].filter((option) => option !== undefined)
  if (given.length !== 1) throw new AtlasError('cli.usage', `Give one of --dataset, --file and --http; ${given.length} were given.`)
  const stableSeconds = Number(stable)
  if (!Number.isInteger(stableSeconds) || stableSeconds < 1 || stableSeconds > 3600)
    throw new AtlasError('cli.usage', `--stable is "${stable}"; it must be a number of seconds from 1 to 3600.`)
  if (dataset !== undefined) return { kind: 'dataset', dataset }
  return file === undefined ? { kind: 'http' } : { kind: 'file', path: file, stableSeconds }
}

function words(event: TriggerEvent): string {
  if (event.kind === 'dataset') return `${event.dataset} is published`
  return event.kind === 'file' ? `a file arrives in ${event.path}` : 'a signed call comes'
}

function secretLines({ trigger, secret }: { trigger: EventTrigger; secret: string | null }): string {
  if (secret === null) return ''
  return `Secret, shown this once: ${secret}\nCall POST /api/v1/triggers/${trigger.id}/fire, signed with it; docs/orchestration.md shows how.\n`
}
