import { QueryCache, QueryClient, infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { createClient } from '../../client/call.ts'
import { ProblemError } from '../../client/problem-error.ts'
import type { Session } from '../../contract/access.ts'
import type { Layer } from '../../contract/names.ts'
import type { RunFilter } from '../../contract/run-endpoints.ts'

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      // The session is over: ask who is signed in, and the shell sends the viewer to sign in.
      if (error instanceof ProblemError && error.status === 401 && query.queryKey[0] !== 'session')
        void queryClient.invalidateQueries({ queryKey: ['session'] })
    },
  }),
  defaultOptions: {
    queries: {
      retry: (failures, error) => failures < 1 && error instanceof ProblemError && error.retry,
      retryDelay: 600,
      staleTime: 2_000,
      refetchOnWindowFocus: true,
    },
  },
})

export const client = createClient({
  baseUrl: '',
  headers: (): Record<string, string> => {
    const token = queryClient.getQueryData<Session>(['session'])?.csrfToken
    return token ? { 'x-csrf-token': token } : {}
  },
})

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => client.call('GET /auth/session', { signal }),
  staleTime: Infinity,
})

export const dashboardQuery = queryOptions({
  queryKey: ['dashboard'],
  queryFn: ({ signal }) => client.call('GET /dashboard/stats', { signal }),
})

/** The newest runs, for the strip of the last 24 hours. */
export const recentRunsQuery = queryOptions({
  queryKey: ['runs', 'strip'],
  queryFn: ({ signal }) => client.call('GET /runs', { query: { limit: 200 }, signal }),
})

/** @param filter asked for the moment of the question: a relative time in it goes on with the clock */
export function runsQuery(filter: RunFilter | (() => RunFilter), limit = 50, key: unknown = filter) {
  return infiniteQueryOptions({
    queryKey: ['runs', 'list', key, limit],
    queryFn: ({ pageParam, signal }) => {
      const asked = typeof filter === 'function' ? filter() : filter
      return client.call('GET /runs', { query: { ...asked, limit, after: pageParam ?? undefined }, signal })
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })
}

export function runQuery(runId: string) {
  return queryOptions({ queryKey: ['run', runId], queryFn: ({ signal }) => client.call('GET /runs/:runId', { params: { runId }, signal }) })
}

/** Lines of a run's log that hold a text, at most 1,000. */
export function foundLinesQuery(runId: string, filter: { search?: string | undefined; level?: string | undefined }) {
  return queryOptions({
    queryKey: ['run', runId, 'log', filter],
    queryFn: ({ signal }) => client.call('GET /runs/:runId/log', { params: { runId }, query: { ...filter, limit: 1000 }, signal }),
    placeholderData: (last) => last,
  })
}

export function runLogQuery(runId: string) {
  return queryOptions({
    queryKey: ['run', runId, 'log'],
    queryFn: ({ signal }) => client.call('GET /runs/:runId/log', { params: { runId }, query: { limit: 5000 }, signal }),
  })
}

export function datasetsQuery(filter: { q?: string | undefined; layer?: Layer | undefined }) {
  return infiniteQueryOptions({
    queryKey: ['datasets', filter],
    queryFn: ({ pageParam, signal }) =>
      client.call('GET /datasets', { query: { ...filter, limit: 100, after: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })
}

export function datasetQuery(name: string, snapshot: string | undefined) {
  return queryOptions({
    queryKey: ['dataset', name, snapshot],
    queryFn: ({ signal }) => client.call('GET /datasets/:name', { params: { name }, query: { snapshot }, signal }),
  })
}

export function rowsQuery(
  name: string,
  query: { snapshot?: string | undefined; offset: number; limit: number; sort?: string | undefined },
) {
  return queryOptions({
    queryKey: ['dataset', name, 'rows', query],
    queryFn: ({ signal }) => client.call('GET /datasets/:name/rows', { params: { name }, query, signal }),
    placeholderData: (last) => last,
  })
}

export function profileQuery(name: string, snapshot: string | undefined) {
  return queryOptions({
    queryKey: ['dataset', name, 'profile', snapshot],
    queryFn: ({ signal }) => client.call('GET /datasets/:name/profile', { params: { name }, query: { snapshot }, signal }),
    staleTime: 60_000,
  })
}

export function snapshotsQuery(name: string) {
  return queryOptions({
    queryKey: ['dataset', name, 'snapshots'],
    queryFn: ({ signal }) => client.call('GET /datasets/:name/snapshots', { params: { name }, signal }),
  })
}

export function quarantinedRowsQuery(quarantineId: string) {
  return queryOptions({
    queryKey: ['quarantine', quarantineId],
    queryFn: ({ signal }) => client.call('GET /quarantine/:quarantineId/rows', { params: { quarantineId }, query: { limit: 100 }, signal }),
  })
}

export const pipelinesQuery = queryOptions({ queryKey: ['pipelines'], queryFn: ({ signal }) => client.call('GET /pipelines', { signal }) })

export const uploadsQuery = queryOptions({ queryKey: ['uploads'], queryFn: ({ signal }) => client.call('GET /uploads', { signal }) })

export function uploadQuery(uploadId: string) {
  return queryOptions({
    queryKey: ['upload', uploadId],
    queryFn: ({ signal }) => client.call('GET /uploads/:uploadId', { params: { uploadId }, signal }),
  })
}
