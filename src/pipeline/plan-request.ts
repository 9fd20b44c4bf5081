import type { Connector, ReadRequest, Stream } from '../connectors/connector.ts'
import type { StreamRule } from '../contract/pipelines.ts'
import { AtlasError } from '../core/errors.ts'
import { normaliseHeader } from '../core/names.ts'

/**
 * What is asked of the connector for one stream, and the stream's rule with the keys that the source itself declares.
 * @throws AtlasError `pipeline.invalid` for a mode that the stream cannot be read in, a merge without keys, or a filter or query that the connector does not take
 */
export function planRequest(connector: Connector, stream: Stream, declared: StreamRule): { rule: StreamRule; request: ReadRequest } {
  const modes = stream.modes ?? connector.modes
  if (!modes.includes(declared.mode)) {
    throw new AtlasError(
      'pipeline.invalid',
      `The stream "${stream.name}" of ${connector.id} cannot be read by mode ${declared.mode}; it can by ${modes.join(', ')}.`,
    )
  }
  assertTaken(connector, declared)
  const names = chartNamesOf(stream, declared)
  const primaryKey = stream.primaryKey ?? []
  const chartKeys = primaryKey.map((name) => names.get(name) ?? normaliseHeader([name])[0] ?? name)
  const keys = declared.keys.length > 0 || declared.mode !== 'merge' ? declared.keys : chartKeys
  if (declared.mode === 'merge' && keys.length === 0) {
    throw new AtlasError('pipeline.invalid', `The stream "${stream.name}" has no primary key to merge by; name the columns with keys:.`)
  }
  const incremental = declared.mode === 'append' || declared.mode === 'merge'
  return {
    rule: { ...declared, keys },
    request: {
      stream,
      mode: declared.mode,
      cursor: incremental ? (declared.cursor ?? null) : null,
      keys: keys.length === 0 ? primaryKey : keys.map((key) => sourceName(names, key)),
      select: declared.select ?? null,
      where: declared.where ?? null,
      query: declared.query ?? null,
      options: declared.options,
    },
  }
}

/** What a connector does not look at must not be taken for done. */
function assertTaken({ id, filters, queryLanguage }: Connector, { name, where, query }: StreamRule): void {
  if (query !== undefined && queryLanguage === undefined)
    throw new AtlasError('pipeline.invalid', `The stream "${name}" has a query, and ${id} takes none.`)
  if (where !== undefined && Object.keys(where).length > 0 && filters !== true)
    throw new AtlasError('pipeline.invalid', `The stream "${name}" has a filter (where), and ${id} reads all rows of a stream.`)
}

/** A stream of which only the name is known: a query makes one, or it is not in the source. */
export function namedStream(name: string): Stream {
  return { name, columns: null, rowEstimate: null, sizeBytes: null, pieces: 1 }
}

/** Names in chart by names in the source, for streams whose columns are known before they are read. */
function chartNamesOf(stream: Stream, rule: StreamRule): Map<string, string> {
  const columns = (stream.columns ?? []).map((column) => column.name).filter((name) => rule.select?.includes(name) ?? true)
  const normalised = normaliseHeader(columns)
  return new Map(columns.map((name, index) => [name, rule.columns[name]?.name ?? normalised[index] ?? name]))
}

function sourceName(names: ReadonlyMap<string, string>, key: string): string {
  return [...names].find(([source, chart]) => chart === key || source === key)?.[0] ?? key
}
