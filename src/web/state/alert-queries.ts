import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { AlertSeverity } from '../../contract/alert-rules.ts'
import { client } from './api.ts'

/** Alerts change by themselves when nothing happens in the browser too: silence that ends, rules that are not looked at any more. */
export const RENEW_ALERTS_MS = 30_000

export const alertStatusQuery = queryOptions({
  queryKey: ['alerts', 'status'],
  queryFn: ({ signal }) => client.call('GET /alerts/status', { signal }),
  refetchInterval: RENEW_ALERTS_MS,
})

export function alertsQuery(filter: { state: 'open' | 'history'; severity?: AlertSeverity | undefined }) {
  return infiniteQueryOptions({
    queryKey: ['alerts', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      client.call('GET /alerts', { query: { ...filter, limit: 100, after: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: RENEW_ALERTS_MS,
  })
}

export function alertQuery(alertId: string) {
  return queryOptions({
    queryKey: ['alerts', 'one', alertId],
    queryFn: ({ signal }) => client.call('GET /alerts/:alertId', { params: { alertId }, signal }),
  })
}
