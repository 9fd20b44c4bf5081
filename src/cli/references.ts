import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { AtlasError } from '../core/errors.ts'
import type { SettingsSchema } from '../core/secret-fields.ts'
import { settingFields, settingFromText, setSetting } from '../core/setting-text.ts'

/** Where references lead to, and how their place is named in errors. */
export interface ReferenceSources {
  env: Readonly<Record<string, string | undefined>>
  /** Folder that relative paths start from. */
  folder: string
  /** Where a value stands, e.g. `shop.yaml:7`. */
  locate(keys: readonly string[]): string
}

export interface Resolved<T> {
  value: T
  /** Paths of the texts that were one reference and nothing else: what they lead to may stand for a number or a truth value. */
  whole: string[][]
}

/** `${env:NAME}`, `${file:PATH}`; `$${` stands for `${`. */
const REFERENCE = /\$\$\{|\$\{(env|file):([^}]*)\}/g
const WHOLE = /^\$\{(env|file):[^}]*\}$/

/**
 * Settings with every reference to a variable or a file replaced by what it leads to. A file counts without its last line break.
 * @throws AtlasError `secret.reference_missing` naming the place, when a variable is not set or a file is not there, or either is empty
 */
export async function resolveReferences(
  settings: Record<string, unknown>,
  sources: ReferenceSources,
): Promise<Resolved<Record<string, unknown>>> {
  const whole: string[][] = []
  const resolve = async (value: unknown, keys: string[]): Promise<unknown> => {
    if (typeof value === 'string') {
      if (WHOLE.test(value)) whole.push(keys)
      return resolveText(value, keys, sources)
    }
    if (Array.isArray(value)) return Promise.all(value.map((item, index) => resolve(item, [...keys, String(index)])))
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(async ([key, item]) => [key, await resolve(item, [...keys, key])] as const)
    return Object.fromEntries(await Promise.all(entries))
  }
  return { value: (await resolve(settings, [])) as Record<string, unknown>, whole }
}

/** A text with its references replaced. @throws AtlasError `secret.reference_missing` */
export async function resolveText(text: string, keys: readonly string[], sources: ReferenceSources): Promise<string> {
  const parts: string[] = []
  let end = 0
  for (const match of text.matchAll(REFERENCE)) {
    parts.push(
      text.slice(end, match.index),
      match[1] === undefined ? '${' : await follow(match[0], match[1], match[2] ?? '', keys, sources),
    )
    end = match.index + match[0].length
  }
  return parts.join('') + text.slice(end)
}

async function follow(
  reference: string,
  kind: string,
  target: string,
  keys: readonly string[],
  { env, folder, locate }: ReferenceSources,
): Promise<string> {
  const missing = (why: string, next: string, cause?: unknown): AtlasError =>
    new AtlasError('secret.reference_missing', `${locate(keys)}: ${keys.join('.')} refers to ${reference}, and ${why}.`, { next, cause })
  if (kind === 'env') {
    const value = env[target]
    if (value !== undefined && value !== '') return value
    throw missing(`the variable ${target} is ${value === '' ? 'empty' : 'not set'}`, `Set ${target} where atlas runs.`)
  }
  const file = path.resolve(folder, target)
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw missing(
      `the file ${file} cannot be read: ${cause.code ?? cause.message}`,
      `Write ${file}, or let the user that runs atlas read it.`,
      cause,
    )
  })
  const value = text.replace(/\r?\n$/, '')
  if (value !== '') return value
  throw missing(`the file ${file} is empty`, `Write the secret into ${file}.`)
}

/** Makes numbers and truth values of the texts that references led to, where the connector wants those. */
export function fitReferences(schema: SettingsSchema, { value, whole }: Resolved<Record<string, unknown>>): void {
  const fields = settingFields(schema)
  for (const keys of whole) {
    const field = fields.find((candidate) => candidate.path.join('.') === keys.join('.'))
    const text = keys.reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined),
      value,
    )
    if (field !== undefined && typeof text === 'string') setSetting(value, keys, settingFromText(field, text))
  }
}
