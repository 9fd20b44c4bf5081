import { AtlasError } from '../../core/errors.ts'
import { createHttpClient } from '../http/http-client.ts'
import type { RestSession } from './session.ts'

const LIMIT_BYTES = 32 << 20

/**
 * An OpenAPI document by its address or its text, JSON or YAML. An address on a host of the source is asked with credentials, any other without.
 * @throws AtlasError `source.bad_settings` when it is none, `source.*`
 */
export async function readOpenApi(session: RestSession, document: string): Promise<Record<string, unknown>> {
  const text = /^https?:\/\/\S+$/i.test(document.trim()) ? await fetchText(session, new URL(document.trim())) : document
  const { parse } = await import('yaml')
  let parsed: unknown
  try {
    parsed = parse(text, { maxAliasCount: 1000 })
  } catch {
    parsed = null
  }
  const api = parsed as Record<string, unknown> | null
  if (
    typeof api === 'object' &&
    api !== null &&
    String(api['openapi']).startsWith('3.') &&
    typeof api['paths'] === 'object' &&
    api['paths'] !== null
  )
    return api
  throw new AtlasError('source.bad_settings', 'The OpenAPI document is not one of version 3, in JSON or YAML.')
}

async function fetchText(session: RestSession, url: URL): Promise<string> {
  const headers = { accept: 'application/json, application/yaml, text/yaml, */*' }
  const { settings, context } = session
  if ([settings.url, ...settings.hosts].some((address) => new URL(address).origin === url.origin)) {
    for (const [name, value] of Object.entries(session.secretQuery)) url.searchParams.set(name, value)
    return (await session.send({ url, headers })).text(LIMIT_BYTES)
  }
  const client = createHttpClient({ context, origins: [url.origin], attempts: settings.attempts })
  try {
    return await (await client.request({ url, headers })).text(LIMIT_BYTES)
  } finally {
    await client.close()
  }
}
