import type { z } from 'zod'
import type { Connector } from '../connectors/connector.ts'
import { guardConnector } from '../connectors/guard-connector.ts'
import { settingsSchema } from '../connectors/settings-schema.ts'
import type { PipelineDefinition, StreamRule } from '../contract/pipelines.ts'
import { SECRET_KEPT } from '../contract/sources.ts'
import { AtlasError } from '../core/errors.ts'
import { createHider } from '../core/hide-secrets.ts'
import { keepSecrets } from '../core/keep-secrets.ts'
import { destinations, holdsSealed, mapSecrets, secretPaths, secretTexts } from '../core/secret-fields.ts'
import { certificateEnds } from '../ops/alerts/certificate-ends.ts'
import type { Secrets } from '../store/secrets/create-secrets.ts'
import { readSource } from '../store/sources.ts'
import { findConnector } from './describe-connector.ts'
import type { Platform } from './platform.ts'

type Settings = Record<string, unknown>

export interface StoredSettings {
  settings: Settings
  secretsSetAt: Record<string, string>
}

/** What a reference in a pipeline file looks like. The server never follows one: whoever may edit a source could read its environment by it. */
const REFERENCE = /\$\{(env|file):[^}]*\}/

/**
 * Checks settings that come with a request and seals their secrets. A secret sent as it was shown stays as it is stored, unless anything that
 * says where secrets are sent has changed: nobody gets at a stored secret by having it sent to a place of their own.
 * @param pointer JSON Pointer of the settings in the request, for errors
 * @throws AtlasError `source.bad_settings`, `source.secret_needed`, `secret.unreadable`
 */
export async function acceptSettings(
  { secrets, now }: { secrets: Secrets; now(): Date },
  connector: Pick<Connector, 'settings'>,
  given: Settings,
  stored: StoredSettings | null,
  pointer = '/body/settings',
): Promise<StoredSettings & { secretsEndAt: Date | null }> {
  refuseUnusable(connector, given, pointer)
  const schema = settingsSchema(connector)
  const { settings, kept, missing } = keepSecrets(schema, stored?.settings ?? {}, given)
  if (missing.length > 0) throw secretNeeded(missing, pointer, 'There is no stored secret to keep for')
  const open = await secrets.openSettings(settings as Settings)
  if (kept.length > 0 && stored !== null) {
    const before = await secrets.openSettings(stored.settings)
    if (destinations(schema, before) !== destinations(schema, open))
      throw secretNeeded(kept, pointer, 'Where secrets are sent to has changed, so give again')
  }
  const hide = createHider(secretTexts(schema, open))
  parseSettings(connector, open, pointer, hide)
  const sealed = await secrets.sealSettings(schema, settings as Settings)
  const [secretsEndAt = null] = secretTexts(schema, open)
    .flatMap(certificateEnds)
    .toSorted((one, other) => one.getTime() - other.getTime())
  return { settings: sealed, secretsEndAt, secretsSetAt: setAt(secretPaths(schema, sealed), kept, stored, now()) }
}

function setAt(
  paths: readonly (readonly string[])[],
  kept: readonly string[],
  stored: StoredSettings | null,
  now: Date,
): Record<string, string> {
  const entries = paths.map((path) => path.join('.'))
  return Object.fromEntries(
    entries.map((path) => [path, (kept.includes(path) ? stored?.secretsSetAt[path] : undefined) ?? now.toISOString()]),
  )
}

/**
 * Refuses in settings of a request what only the store and the command line may hold: sealed secrets, and references in place of secrets.
 * @throws AtlasError `source.bad_settings`
 */
function refuseUnusable(connector: Pick<Connector, 'settings'>, settings: Settings, pointer: string): void {
  if (holdsSealed(settings))
    throw new AtlasError('source.bad_settings', 'The settings hold a sealed secret, which only the store may.', {
      fields: [{ pointer, detail: 'holds $sealed' }],
      next: 'Give the secret itself.',
    })
  const found: string[] = []
  mapSecrets(settingsSchema(connector), settings, (secret, path) => {
    if (typeof secret === 'string' && REFERENCE.test(secret)) found.push(path.join('/'))
    return secret
  })
  if (found.length === 0) return
  throw new AtlasError(
    'source.bad_settings',
    `${found.join(', ')}: a reference such as \${env:NAME} is followed by the command line, never by the server.`,
    {
      fields: found.map((path) => ({ pointer: `${pointer}/${path}`, detail: 'holds a reference' })),
      next: 'Give the secret itself, or use the command line: atlas source add, atlas run.',
    },
  )
}

/**
 * Checks the source of a definition that comes with a request and is not stored: a saved one must be there and of the kind named.
 * @throws AtlasError `source.bad_settings`, `source.secret_needed`, `source.not_found`
 */
export async function checkSource(
  platform: Pick<Platform, 'connectors' | 'db'>,
  source: PipelineDefinition['source'],
  pointer: string,
): Promise<void> {
  const connector = findConnector(platform.connectors, source.connector)
  if (source.saved !== undefined) return requireSaved(platform, source)
  refuseUnusable(connector, source.settings, pointer)
  const { missing } = keepSecrets(settingsSchema(connector), {}, source.settings)
  if (missing.length > 0) throw secretNeeded(missing, pointer, 'There is no stored secret to keep for')
}

/** @throws AtlasError `source.not_found`, `source.bad_settings` when it is of another kind, or when settings are given beside it */
export async function requireSaved(
  { db }: Pick<Platform, 'db'>,
  { connector, settings, saved }: PipelineDefinition['source'],
): Promise<void> {
  if (saved === undefined) return
  const source = await readSource(db, saved)
  if (source.connector !== connector)
    throw new AtlasError('source.bad_settings', `The saved source ${saved} is of the kind ${source.connector}, not ${connector}.`)
  if (Object.keys(settings).length > 0)
    throw new AtlasError(
      'source.bad_settings',
      `The pipeline names the saved source ${saved}, whose settings are used, and has settings of its own.`,
      {
        next: 'Leave out either saved or settings.',
      },
    )
}

function secretNeeded(paths: readonly string[], pointer: string, why: string): AtlasError {
  return new AtlasError('source.secret_needed', `${why}: ${paths.join(', ')}.`, {
    fields: paths.map((path) => ({
      pointer: `${pointer}/${path.replaceAll('.', '/')}`,
      detail: `is needed; ${SECRET_KEPT} stands for a stored one`,
    })),
  })
}

/** A connector with stored settings as it reads them, guarded: what it throws holds no secret. @throws AtlasError `source.bad_settings`, `secret.unreadable` */
export async function openSource(
  secrets: Secrets,
  connector: Connector,
  sealed: Settings,
): Promise<{ connector: Connector; settings: unknown }> {
  const open = await secrets.openSettings(sealed)
  const settings = parseSettings(connector, open, '/body/settings', createHider(secretTexts(settingsSchema(connector), open)))
  return { connector: guardConnector(connector, open), settings }
}

/** @throws AtlasError `source.bad_settings` naming every field that is not right */
function parseSettings(connector: Pick<Connector, 'settings'>, open: unknown, pointer: string, hide: (text: string) => string): unknown {
  const parsed = connector.settings.safeParse(open)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues
    .flatMap((issue) => describeIssue(issue))
    .map((issue) => ({
      pointer: hide([pointer, ...issue.path].join('/')),
      detail: hide(issue.message),
    }))
  const [first] = fields
  throw new AtlasError('source.bad_settings', `${first?.pointer.slice(pointer.length + 1) || 'settings'}: ${first?.detail ?? ''}`, {
    fields,
  })
}

/** For a union the issues of the alternative that came closest, by how far it got. */
function describeIssue(issue: z.core.$ZodIssue, base: PropertyKey[] = []): { path: string[]; message: string }[] {
  const path = [...base, ...issue.path]
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key].map(String), message: 'is not a setting of this connector' }))
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ path: path.map(String), message: issue.message }]
  const [closest = []] = issue.errors.toSorted((one, other) => one.length - other.length)
  return closest.flatMap((inner) => describeIssue(inner, path))
}

/**
 * Checks what can be known of stream rules before the source is asked.
 * @throws AtlasError `source.bad_settings`
 */
export function checkStreams(connector: Connector, streams: readonly StreamRule[]): void {
  const fields: { pointer: string; detail: string }[] = []
  streams.forEach((rule, index) => {
    const pointer = `/body/streams/${index}`
    if (!connector.modes.includes(rule.mode))
      fields.push({ pointer: `${pointer}/mode`, detail: `is ${rule.mode}; ${connector.id} can be read by ${connector.modes.join(', ')}` })
    if (streams.findIndex(({ name }) => name === rule.name) !== index)
      fields.push({ pointer: `${pointer}/name`, detail: `names the stream ${rule.name} a second time` })
    const options = connector.streamOptions?.safeParse(rule.options)
    for (const issue of options?.error?.issues ?? [])
      fields.push({ pointer: [`${pointer}/options`, ...issue.path.map(String)].join('/'), detail: issue.message })
  })
  const [first] = fields
  if (first !== undefined) throw new AtlasError('source.bad_settings', `${first.pointer.replace('/body/', '')} ${first.detail}`, { fields })
}
