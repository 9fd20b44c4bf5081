import { StreamRule } from '../../contract/pipelines.ts'
import type { Source } from '../../contract/sources.ts'
import { AtlasError } from '../../core/errors.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { followRun, reportRun } from '../follow-run.ts'
import { table } from '../table.ts'

interface Options extends GlobalOptions {
  json?: boolean
}

/** `atlas source list`. */
export async function listSources(options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas source list')
  const sources = await connection.client.call('GET /sources')
  if (printed(options, sources)) return
  process.stdout.write(
    table(
      ['source', 'connector', 'state', 'streams', 'rows', 'last run', 'error'],
      sources.map((source) => [
        source.name,
        source.connector,
        source.state,
        source.streamsDelivered === null ? '' : `${source.streamsDelivered.delivered} of ${source.streamsDelivered.chosen}`,
        String(source.lastRun?.sourceRows ?? ''),
        source.lastRun?.finishedAt ?? source.lastRun?.queuedAt ?? 'never',
        source.lastRun?.error?.code ?? '',
      ]),
    ),
  )
}

/** `atlas source show`: settings without secrets, state and streams. */
export async function showSource(name: string, options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas source show')
  const source = await connection.client.call('GET /sources/:name', { params: { name } })
  const streams = await connection.client.call('GET /sources/:name/streams', { params: { name } })
  if (printed(options, { ...source, streamStates: streams })) return
  process.stdout.write(
    `${[headline(source), ...settingLines(source.settings), ''].join('\n')}\n${table(
      ['stream', 'dataset', 'mode', 'cursor', 'reached', 'rows', 'last read', 'state', 'error'],
      streams.map((stream) => [
        stream.name,
        stream.dataset,
        stream.mode,
        stream.cursorColumn ?? '',
        stream.cursorValue ?? '',
        String(stream.rows ?? ''),
        stream.lastReadAt ?? 'never',
        stream.lastState,
        stream.lastError?.code ?? '',
      ]),
    )}`,
  )
}

function headline({ name, connector, state, description, lastRun }: Source): string {
  const error = lastRun?.error == null ? '' : `\n  ${lastRun.error.detail} [${lastRun.error.code}]`
  return `${name} (${connector}): ${state}${description === '' ? '' : `. ${description}`}${error}`
}

function settingLines(settings: unknown, path: readonly string[] = []): string[] {
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    return [`  ${path.join('.')} = ${typeof settings === 'string' ? settings : JSON.stringify(settings)}`]
  return Object.entries(settings).flatMap(([key, value]) => settingLines(value, [...path, key]))
}

/** `atlas source test`: part by part; exit code 1 when one fails. */
export async function testSource(name: string, options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas source test')
  const parts = await connection.client.call('POST /sources/:name/test', { params: { name } })
  if (parts.some(({ ok }) => !ok)) process.exitCode = 1
  if (printed(options, parts)) return
  const took = (ms: number | null): string => (ms === null ? '' : ` (${Math.round(ms)} ms)`)
  for (const { part, ok, detail, durationMs } of parts)
    process.stdout.write(`${ok ? '✓' : '✕'} ${part.padEnd(10)} ${detail}${took(durationMs)}\n`)
}

/** `atlas source discover`: the streams that could be read. */
export async function discoverSource(name: string, options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas source discover')
  const streams = await connection.client.call('POST /sources/:name/discover', { params: { name } })
  if (printed(options, streams)) return
  process.stdout.write(
    table(
      ['stream', 'kind', 'columns', 'rows about', 'key', 'cursors', 'modes'],
      streams.map((stream) => [
        stream.title === null || stream.title === stream.name ? stream.name : `${stream.name} (${stream.title})`,
        stream.kind,
        String(stream.columns?.length ?? ''),
        String(stream.rowEstimate ?? ''),
        stream.primaryKey.join(', '),
        stream.cursors.slice(0, 3).join(', '),
        stream.modes.join(' '),
      ]),
    ),
  )
}

/** `atlas source preview`: the first rows of a stream, as in the source. */
export async function previewSource(name: string, stream: string, options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas source preview')
  const source = await connection.client.call('GET /sources/:name', { params: { name } })
  const rule = source.streams.find((candidate) => candidate.name === stream) ?? StreamRule.parse({ name: stream })
  const preview = await connection.client.call('POST /sources/:name/preview', { params: { name }, body: { stream: rule } })
  if (printed(options, preview)) return
  process.stdout.write(
    table(
      preview.columns.map((column) => column.name),
      preview.rows.map((row) => row.map((cell) => cell ?? 'null')),
    ),
  )
}

export interface SyncOptions extends Options {
  stream?: string[]
  full?: boolean
  backfill?: string
}

/** `atlas source sync`: reads the source now and follows it to its end, like `atlas run`. */
export async function syncSource(name: string, options: SyncOptions): Promise<void> {
  const backfill = options.backfill === undefined ? undefined : windowOf(options.backfill)
  await using connection = await connect(options, 'atlas source sync')
  const { client } = connection
  await reportRun(async (warned) => {
    const body = { streams: options.stream, full: options.full === true, backfill }
    const run = await client.call('POST /sources/:name/sync', { params: { name }, body })
    return followRun(client, run.id, warned)
  }, options)
}

function windowOf(text: string): { from: string; to: string } {
  const [from = '', to = '', ...rest] = text.split('..')
  if (from !== '' && to !== '' && rest.length === 0) return { from, to }
  throw new AtlasError('cli.usage', `--backfill is "${text}"; it must be FROM..TO, e.g. 2026-01-01..2026-02-01.`)
}

/** `atlas source history`: its runs, the newest first. */
export async function sourceHistory(name: string, options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas source history')
  const runs = await connection.client.call('GET /sources/:name/history', { params: { name } })
  if (printed(options, runs)) return
  process.stdout.write(
    table(
      ['run', 'state', 'queued', 'seconds', 'read', 'published', 'quarantined', 'error'],
      runs.map((run) => [
        run.runId,
        run.state,
        run.queuedAt,
        run.durationMs === null ? '' : (run.durationMs / 1000).toFixed(1),
        String(run.sourceRows ?? ''),
        String(run.publishedRows ?? ''),
        String(run.quarantinedRows ?? ''),
        run.error?.code ?? '',
      ]),
    ),
  )
}

/** `atlas source delete`: its datasets stay. */
export async function deleteSource(name: string, options: Options & { yes?: boolean }): Promise<void> {
  await using connection = await connect(options, 'atlas source delete')
  const { client } = connection
  const dependents = await client.call('GET /sources/:name/dependents', { params: { name } })
  const lines = Object.entries(dependents).flatMap(([kind, names]) => (names.length === 0 ? [] : [`${kind}: ${names.join(', ')}`]))
  if (lines.length > 0 && options.yes !== true)
    throw new AtlasError('source.in_use', `On ${name} depend ${lines.join('; ')}.`, {
      next: `Its datasets stay. To delete it all the same: atlas source delete ${name} --yes`,
    })
  await client.call('DELETE /sources/:name', { params: { name }, query: { confirm: name } })
  if (!printed(options, { deleted: name, dependents })) process.stdout.write(`Deleted the source ${name}. Its datasets stay.\n`)
}

function printed(options: Options, value: unknown): boolean {
  if (options.json === true) process.stdout.write(`${JSON.stringify(value)}\n`)
  return options.json === true
}
