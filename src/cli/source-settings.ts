import { text as readText } from 'node:stream/consumers'
import type { Client } from '../client/call.ts'
import type { ConnectorInfo } from '../contract/sources.ts'
import { AtlasError } from '../core/errors.ts'
import { secretPaths } from '../core/secret-fields.ts'
import { type SettingField, setSetting, settingFields, settingFromText } from '../core/setting-text.ts'
import { fitReferences, resolveText, type ReferenceSources, type Resolved } from './references.ts'

type Settings = Record<string, unknown>

/** A setting given on the command line: its name, and its text; null for a flag alone. */
export interface GivenSetting {
  name: string
  text: string | null
  /** True for `--set name=…`, where the name must be there. */
  isSet: boolean
}

/** What has settings: a kind of source, or of channel. */
export interface KindOfSettings {
  id: string
  settings: Record<string, unknown>
}

export interface Terminal {
  env: ReferenceSources['env']
  folder: string
  stdin: NodeJS.ReadableStream
  warn(message: string): void
}

/** Makes numbers and truth values of what references led to, where the connector wants those. Asks the server only when there are references. */
export async function fitSettings(client: Client, connector: string, references: Resolved<Settings>): Promise<void> {
  if (references.whole.length > 0) fitReferences((await findKind(client, connector)).settings, references)
}

/** A kind of source. @throws AtlasError `source.connector_not_available` */
export async function findKind(client: Client, id: string): Promise<ConnectorInfo> {
  const kinds = await client.call('GET /connectors')
  const kind = kinds.find((candidate) => candidate.id === id)
  if (kind !== undefined) return kind
  throw new AtlasError(
    'source.connector_not_available',
    `There is no connector "${id}"; there is: ${kinds.map((each) => each.id).join(', ')}.`,
  )
}

/**
 * Flags that no command knows, as settings: `--host db.example.org`, `--host=…`, `--ssl`, `--password -`, `--password-stdin`.
 * @throws AtlasError `cli.usage`
 */
export function readFlags(args: readonly string[]): GivenSetting[] {
  const given: GivenSetting[] = []
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    const match = /^--([A-Za-z][\w.-]*)(?:=([^]*))?$/.exec(arg)
    if (match === null) throw new AtlasError('cli.usage', `"${arg}" is neither an option nor the value of one.`)
    const [, name = '', value] = match
    const next = args[at + 1]
    const takesNext = value === undefined && !name.endsWith('-stdin') && next !== undefined && (next === '-' || !next.startsWith('--'))
    given.push({ name, text: value ?? (takesNext ? next : null), isSet: false })
    if (takesNext) at += 1
  }
  return given
}

/** `name=value` of `--set`. @throws AtlasError `cli.usage` */
export function readSet(text: string): GivenSetting {
  const equals = text.indexOf('=')
  if (equals < 1) throw new AtlasError('cli.usage', `--set is "${text}"; it must be name=value.`)
  return { name: text.slice(0, equals), text: text.slice(equals + 1), isSet: true }
}

/**
 * Puts what was given on the command line into settings. A text may hold references; `-` stands for what comes on standard input.
 * @throws AtlasError `cli.usage` for a setting that the kind of source does not have, `secret.reference_missing`
 */
export async function applyGiven(
  kind: KindOfSettings,
  settings: Settings,
  given: readonly GivenSetting[],
  terminal: Terminal,
): Promise<void> {
  const fields = settingFields(kind.settings)
  let stdinOf: string | null = null
  for (const { name, text, isSet } of given) {
    const fromStdin = text === '-' || (text === null && name.endsWith('-stdin'))
    const plain = name.endsWith('-stdin') && text === null ? name.slice(0, -'-stdin'.length) : name
    const field = findField(fields, plain)
    if (field === undefined && !isSet) throw unknownSetting(kind, fields, plain)
    const target = field ?? freeField(kind, settings, plain)
    if (fromStdin) {
      if (stdinOf !== null) throw new AtlasError('cli.usage', `Both ${stdinOf} and ${plain} are to come from standard input.`)
      stdinOf = plain
      setSetting(settings, target.path, settingFromText(target, (await readText(terminal.stdin)).replace(/\r?\n$/, '')))
    } else setSetting(settings, target.path, await valueOf(target, plain, text, terminal))
  }
}

async function valueOf(field: SettingField, name: string, text: string | null, { env, folder, warn }: Terminal): Promise<unknown> {
  if (text === null) {
    if (field.types.has('boolean')) return true
    throw new AtlasError('cli.usage', `--${name} needs a value.`)
  }
  if (field.secret && !/^\$\{(env|file):/.test(text))
    warn(`${name} was given on the command line, where others on this machine can see it. Use --${name} - or "\${env:NAME}".`)
  const resolved = await resolveText(text, [name], { env, folder, locate: () => 'command line' })
  return settingFromText(field, resolved)
}

/** A flag may be written as the setting is, or with dashes: `--page-size` for `pageSize`. The last key is enough where no other has it. */
function findField(fields: readonly SettingField[], name: string): SettingField | undefined {
  const plain = (text: string): string => text.replaceAll(/[-_]/g, '').toLowerCase()
  const wanted = plain(name)
  const exact = fields.find(({ path }) => path.join('.') === name) ?? fields.find(({ path }) => plain(path.join('.')) === wanted)
  if (exact !== undefined) return exact
  const byLast = fields.filter(({ path }) => plain(path.at(-1) ?? '') === wanted)
  return byLast.length === 1 ? byLast[0] : undefined
}

/** A setting below one that takes any name, such as a header. Whether it is right is the server's to say. */
function freeField(kind: KindOfSettings, settings: Settings, name: string): SettingField {
  const path = name.split('.')
  const tried = structuredClone(settings)
  setSetting(tried, path, '')
  const secret = secretPaths(kind.settings, tried).some((found) => found.join('.') === name)
  return { path, types: new Set(['string']), secret, required: false, title: '', description: '', choices: [], default: undefined }
}

function unknownSetting(kind: KindOfSettings, fields: readonly SettingField[], name: string): AtlasError {
  return new AtlasError('cli.usage', `${kind.id} has no setting "${name}"; it has: ${fields.map(({ path }) => path.join('.')).join(', ')}.`)
}
