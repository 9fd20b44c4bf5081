import type { InfiniteData, UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query'

interface Pages<T> {
  pages: T[]
}

/** The pages of an endless query as one answer, for `Load`. */
export function wholeQuery<T>(query: UseInfiniteQueryResult<InfiniteData<T>>): UseQueryResult<T[]> {
  return { ...query, data: (query.data as Pages<T> | undefined)?.pages } as unknown as UseQueryResult<T[]>
}

/** Loads what comes after; nothing when there is no more. */
export function LoadMore({
  query,
  what,
}: {
  query: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>
  what: string
}) {
  if (!query.hasNextPage) return null
  return (
    <div className="border-t border-line px-4 py-3">
      <button type="button" className="btn" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {query.isFetchingNextPage ? 'Loading' : `Load more ${what}`}
      </button>
    </div>
  )
}
