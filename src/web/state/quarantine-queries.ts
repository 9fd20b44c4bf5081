import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { QuarantineFilter, QuarantineState } from '../../contract/quarantine.ts'
import { client, queryClient } from './api.ts'

/** So many rows come at a time. */
const PAGE = 100

/** Quarantined rows of each dataset, by what became of them. */
export const quarantineOverviewQuery = queryOptions({
  queryKey: ['quarantine', 'overview'],
  queryFn: ({ signal }) => client.call('GET /quarantine', { signal }),
})

/** Rows of a dataset across its batches; the text that is searched for stands in no address. */
export function quarantineRowsQuery(dataset: string, state: QuarantineState | undefined, filter: QuarantineFilter) {
  return infiniteQueryOptions({
    queryKey: ['quarantine', 'rows', dataset, state, filter],
    queryFn: ({ pageParam, signal }) =>
      client.call('GET /quarantine/rows', { query: { dataset, state, ...filter, limit: PAGE, offset: pageParam }, signal }),
    initialPageParam: 0,
    getNextPageParam: (last, _, offset) => (offset + last.rows.length < last.total ? offset + last.rows.length : undefined),
  })
}

/** Rows by reason and column, most open rows first. */
export function quarantineGroupsQuery(dataset: string) {
  return queryOptions({
    queryKey: ['quarantine', 'groups', dataset],
    queryFn: ({ signal }) => client.call('GET /quarantine/groups', { query: { dataset }, signal }),
  })
}

/** Who did what with the rows of a dataset, newest first. */
export function quarantineActsQuery(dataset: string) {
  return queryOptions({
    queryKey: ['quarantine', 'acts', dataset],
    queryFn: ({ signal }) => client.call('GET /quarantine/acts', { query: { dataset }, signal }),
  })
}

/** After rows were sent back or given up. */
export function renewQuarantine(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ['quarantine'] })
}
