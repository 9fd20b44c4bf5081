import { AtlasError } from '../../core/errors.ts'
import { proposeStreams } from './open-api.ts'
import { readOpenApi } from './read-open-api.ts'
import type { RestSession } from './session.ts'
import { RestStreamOptions } from './settings.ts'
import type { RestStream } from './stream-settings.ts'

/** The streams of a source: those that are set, then those of its OpenAPI document that have other names. @throws AtlasError `source.*` */
export async function streamsOf(session: RestSession): Promise<RestStream[]> {
  const { streams, openApi } = session.settings
  const repeated = streams.find(({ name }, index) => streams.findIndex((other) => other.name === name) !== index)
  if (repeated !== undefined) throw new AtlasError('source.bad_settings', `Two streams have the name ${JSON.stringify(repeated.name)}.`)
  if (openApi === undefined) return streams
  const proposed = proposeStreams(await readOpenApi(session, openApi))
  return [...streams, ...proposed.filter(({ name }) => !streams.some((stream) => stream.name === name))]
}

/** The stream with that name. @throws AtlasError `source.stream_not_found`, `source.bad_settings` */
export function findStream(streams: readonly RestStream[], name: string, options: Readonly<Record<string, unknown>>): RestStream {
  const found = streams.find((stream) => stream.name === name)
  if (found === undefined) {
    const names = streams.map((stream) => stream.name).join(', ')
    throw new AtlasError(
      'source.stream_not_found',
      `There is no stream ${JSON.stringify(name)}; there is: ${names === '' ? 'none' : names}.`,
    )
  }
  const parsed = RestStreamOptions.safeParse(options)
  if (!parsed.success)
    throw new AtlasError(
      'source.bad_settings',
      `The options of ${name} are not valid: ${parsed.error.issues.map(({ message }) => message).join('; ')}.`,
    )
  return { ...found, unnest: parsed.data.unnest ?? found.unnest }
}
