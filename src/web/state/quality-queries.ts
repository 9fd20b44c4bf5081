import { infiniteQueryOptions } from '@tanstack/react-query'
import type { Layer } from '../../contract/names.ts'
import type { Dimension } from '../../contract/quality.ts'
import type { QualityState } from '../../contract/quality-overview.ts'
import { client } from './api.ts'
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
