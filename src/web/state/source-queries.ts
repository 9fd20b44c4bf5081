import { queryOptions } from '@tanstack/react-query'
import type { ConnectorId, StreamRule } from '../../contract/pipelines.ts'
import { client } from './api.ts'

/** Settings that are asked about without being saved; with `saved`, secrets left as they are come from that source. */
export interface Unsaved {
  connector: ConnectorId
  settings: Record<string, unknown>
  saved?: string
}

export const connectorsQuery = queryOptions({
  queryKey: ['connectors'],
  queryFn: ({ signal }) => client.call('GET /connectors', { signal }),
  staleTime: 600_000,
})

export const sourcesQuery = queryOptions({ queryKey: ['sources'], queryFn: ({ signal }) => client.call('GET /sources', { signal }) })

export function sourceQuery(name: string) {
  return queryOptions({
    queryKey: ['sources', name],
    queryFn: ({ signal }) => client.call('GET /sources/:name', { params: { name }, signal }),
  })
}

export function sourceStreamsQuery(name: string) {
  return queryOptions({
    queryKey: ['sources', name, 'streams'],
    queryFn: ({ signal }) => client.call('GET /sources/:name/streams', { params: { name }, signal }),
  })
}

export function sourceHistoryQuery(name: string) {
  return queryOptions({
    queryKey: ['sources', name, 'history'],
    queryFn: ({ signal }) => client.call('GET /sources/:name/history', { params: { name }, signal }),
  })
}

export function schemaChangesQuery(name: string) {
  return queryOptions({
    queryKey: ['sources', name, 'changes'],
    queryFn: ({ signal }) => client.call('GET /sources/:name/schema-changes', { params: { name }, signal }),
  })
}

export function dependentsQuery(name: string) {
  return queryOptions({
    queryKey: ['sources', name, 'dependents'],
    queryFn: ({ signal }) => client.call('GET /sources/:name/dependents', { params: { name }, signal }),
  })
}

/**
 * The streams of settings that are not saved. Asked once for each `revision` of them: the settings themselves hold secrets and stand in no key.
 * With `at`, when the answer came (ms by this clock).
 */
export function discoverQuery(unsaved: Unsaved, revision: number) {
  return queryOptions({
    queryKey: ['discover', unsaved.connector, unsaved.saved, revision],
    queryFn: async ({ signal }) => ({
      streams: await client.call('POST /sources/discover', { body: unsaved, signal }),
      at: new Date().toISOString(),
    }),
    staleTime: Infinity,
    retry: false,
  })
}

/** The first rows of a stream, as they are in the source. */
export function streamPreviewQuery(unsaved: Unsaved, stream: StreamRule, revision: number) {
  return queryOptions({
    queryKey: ['discover', unsaved.connector, unsaved.saved, revision, 'preview', stream],
    queryFn: ({ signal }) => client.call('POST /sources/preview', { body: { ...unsaved, stream }, signal }),
    staleTime: Infinity,
    retry: false,
  })
}
