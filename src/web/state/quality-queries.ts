import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Layer } from '../../contract/names.ts'
import type { Dimension } from '../../contract/quality.ts'
import type { QualityState } from '../../contract/quality-overview.ts'
import { client, queryClient } from './api.ts'
import { serverNow } from './session.ts'

const DAY = 86_400_000
/** How long ago, as the address has it. */
export const SINCE = { '-24h': DAY, '-7d': 7 * DAY, '-30d': 30 * DAY } as const

/** What of the scorecard is wanted; undefined leaves a part open. */
export interface ScorecardFilter {
  q?: string | undefined
  layer?: Layer | undefined
  state?: QualityState | undefined
  dim?: Dimension | undefined
  pii?: 'yes' | 'no' | 'unknown' | undefined
  /** Score below this, in percent. */
  below?: '100' | '90' | '60' | undefined
  from?: keyof typeof SINCE | undefined
  sort?: 'worst' | 'name' | 'score' | 'newest' | undefined
}

/** So many datasets come at a time. */
const PAGE = 100

/** The scorecard, page by page; its counts are over all datasets that match. */
export function scorecardQuery(filter: ScorecardFilter) {
  const { q, layer, state, dim, pii, below, from, sort } = filter
  return infiniteQueryOptions({
    queryKey: ['quality', 'overview', filter],
    queryFn: ({ pageParam, signal }) =>
      client.call('GET /quality/overview', {
        query: {
          q,
          layer,
          state,
          dimension: state === undefined ? undefined : dim,
          pii,
          // Scores are kept to four decimals.
          maxScore: below === undefined ? undefined : Number(below) / 100 - 0.0001,
          from: from === undefined ? undefined : new Date(serverNow() - SINCE[from]).toISOString(),
          sort,
          limit: PAGE,
          offset: pageParam,
        },
        signal,
      }),
    initialPageParam: 0,
    getNextPageParam: (last, _, offset) => (offset + last.datasets.length < last.total ? offset + last.datasets.length : undefined),
  })
}

/** Everything measured of one dataset: rules with their results, columns, what history did not expect. */
export function datasetQualityQuery(name: string, snapshot: string | undefined) {
  return queryOptions({
    queryKey: ['quality', 'dataset', name, snapshot],
    queryFn: ({ signal }) => client.call('GET /quality/datasets/:name', { params: { name }, query: { snapshot }, signal }),
  })
}

/** The rules of a dataset as they hold now, whoever wrote them. */
export function datasetRulesQuery(name: string) {
  return queryOptions({
    queryKey: ['quality', 'rules', name],
    queryFn: ({ signal }) => client.call('GET /datasets/:name/rules', { params: { name }, signal }),
  })
}

/** Kinds of checks with the schemas of their options. */
export const checkKindsQuery = queryOptions({
  queryKey: ['quality', 'checks'],
  queryFn: ({ signal }) => client.call('GET /quality/checks', { signal }),
  staleTime: 600_000,
})

/** One metric over time with the range that was expected. */
export function metricHistoryQuery(name: string, key: { rule: string | null; column: string | null; metric: string }) {
  return queryOptions({
    queryKey: ['quality', 'history', name, key],
    queryFn: ({ signal }) =>
      client.call('GET /quality/datasets/:name/history', {
        params: { name },
        query: { metric: key.metric, rule: key.rule ?? undefined, column: key.column ?? undefined, limit: 120 },
        signal,
      }),
  })
}

/** Rows that break a rule on a snapshot, personal data as the policy left it. */
export function failingRowsQuery(name: string, rule: string, snapshot: string | undefined) {
  return queryOptions({
    queryKey: ['quality', 'failing', name, rule, snapshot],
    queryFn: ({ signal }) =>
      client.call('GET /datasets/:name/rules/:rule/failing-rows', { params: { name, rule }, query: { snapshot, limit: 20 }, signal }),
    staleTime: Infinity,
  })
}

/** What the profile of the published snapshot suggests. */
export function suggestionsQuery(name: string) {
  return queryOptions({
    queryKey: ['quality', 'suggestions', name],
    queryFn: ({ signal }) => client.call('GET /datasets/:name/rules/suggestions', { params: { name }, signal }),
    staleTime: 60_000,
  })
}

/** Every version of a rule, the newest first. */
export function ruleVersionsQuery(name: string, rule: string) {
  return queryOptions({
    queryKey: ['quality', 'versions', name, rule],
    queryFn: ({ signal }) => client.call('GET /datasets/:name/rules/:rule/history', { params: { name, rule }, signal }),
  })
}

/** What changed rules or marks made anew. */
export function renewQuality(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ['quality'] })
}
