import path from 'node:path'
import type { ConnectorId } from '../../contract/pipelines.ts'
import type { Source, SourceInput } from '../../contract/sources.ts'
import { AtlasError } from '../../core/errors.ts'
import { connect, type Connection, type GlobalOptions } from '../connect.ts'
import { readSourceFile } from '../read-pipeline.ts'
import { applyGiven, findKind, fitSettings, readFlags, readSet, type GivenSetting } from '../source-settings.ts'

export interface GivenOptions extends GlobalOptions {
  set?: string[]
  from?: string
  description?: string
  stream?: string[]
  json?: boolean
}

/** `atlas source add`: saves a source from flags, `--set` and a file; flags stand above the file. */
export async function addSource(
  name: string,
  flags: readonly string[],
  options: GivenOptions & { connector?: string; test?: boolean },
): Promise<void> {
  const given = readGiven(flags, options)
  const file = options.from === undefined ? null : await readSourceFile(options.from, process.env)
  const connector = options.connector ?? file?.source.connector
  if (connector === undefined)
    throw new AtlasError('cli.usage', 'Say what kind of source it is with --connector; atlas connectors lists them.')
  if (file !== null && connector !== file.source.connector)
    throw new AtlasError('cli.usage', `--connector is ${connector}, and ${options.from} says ${file.source.connector}.`)
  await using connection = await connect(options, 'atlas source add')
  const { client } = connection
  if (file !== null) await fitSettings(client, connector, file.references)
  const settings = { ...file?.source.settings }
  const kind = await findKind(client, connector)
  await applyGiven(kind, settings, given, terminal())
  makeAbsolute(connector, settings, file?.folder)
  const body = {
    ...file?.source,
    name,
    connector: connector as ConnectorId,
    settings,
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(options.stream === undefined ? {} : { streams: streamsNamed(options.stream, file?.source.streams ?? []) }),
  }
  if (options.test !== false) await requireReadable(connection, body)
  tell(await client.call('POST /sources', { body }), options, 'Saved')
}

/** `atlas source change`: changes what is named and leaves the rest, secrets too, as it is. */
export async function changeSource(
  name: string,
  flags: readonly string[],
  options: GivenOptions & { pause?: boolean; resume?: boolean },
): Promise<void> {
  const given = readGiven(flags, options)
  if (options.pause === true && options.resume === true) throw new AtlasError('cli.usage', 'Give one of --pause and --resume.')
  const file = options.from === undefined ? null : await readSourceFile(options.from, process.env)
  await using connection = await connect(options, 'atlas source change')
  const { client } = connection
  const { connector, settings: shown, description, streams, policy, paused } = await client.call('GET /sources/:name', { params: { name } })
  if (file !== null && file.source.connector !== connector)
    throw new AtlasError('cli.usage', `${name} is of the kind ${connector}, and ${options.from} says ${file.source.connector}.`)
  if (file !== null) await fitSettings(client, connector, file.references)
  const settings = { ...(file?.source.settings ?? shown) }
  await applyGiven(await findKind(client, connector), settings, given, terminal())
  makeAbsolute(connector, settings, file?.folder)
  const before = { description, streams, policy, ...withoutNames(file?.source) }
  const body = {
    ...before,
    settings,
    paused: options.pause === true || (paused && options.resume !== true),
    ...(options.description === undefined ? {} : { description: options.description }),
    ...(options.stream === undefined ? {} : { streams: streamsNamed(options.stream, before.streams) }),
  }
  tell(await client.call('PUT /sources/:name', { params: { name }, body }), options, 'Changed')
}

function readGiven(flags: readonly string[], options: GivenOptions): GivenSetting[] {
  return [...(options.set ?? []).map(readSet), ...readFlags(flags)]
}

function withoutNames(source: (Omit<SourceInput, 'name'> & { name?: string | undefined }) | undefined) {
  if (source === undefined) return {}
  const { description, streams, policy } = source
  return { description, streams, policy }
}

/** Streams by their names; one that the file says more of is taken from there. */
function streamsNamed(names: readonly string[], known: readonly SourceInput['streams'][number][]) {
  return names.map((name) => known.find((rule) => rule.name === name) ?? { name })
}

/** The server runs in another folder than the command. */
function makeAbsolute(connector: string, settings: Record<string, unknown>, folder = process.cwd()): void {
  const { path: where } = settings
  if (connector === 'files' && typeof where === 'string' && !/^https?:\/\//i.test(where)) settings['path'] = path.resolve(folder, where)
}

/** What cannot be read is not saved; `--no-test` saves it all the same. */
async function requireReadable(
  { client }: Connection,
  { connector, settings }: Pick<SourceInput, 'connector' | 'settings'>,
): Promise<void> {
  const parts = await client.call('POST /sources/test', { body: { connector, settings } })
  const failed = parts.find(({ ok }) => !ok)
  if (failed === undefined) return
  throw new AtlasError('source.unreachable', `The source cannot be read, and was not saved: ${failed.detail}`, {
    next: 'Correct the setting, or save it all the same with --no-test.',
  })
}

function terminal() {
  return {
    env: process.env,
    folder: process.cwd(),
    stdin: process.stdin,
    warn: (message: string) => void process.stderr.write(`atlas: ${message}\n`),
  }
}

function tell(source: Source, options: { json?: boolean | undefined }, what: string): void {
  if (options.json === true) process.stdout.write(`${JSON.stringify(source)}\n`)
  else process.stdout.write(`${what} the source ${source.name} (${source.connector}). Read it with: atlas source sync ${source.name}\n`)
}
