import { useMutation } from '@tanstack/react-query'
import type { Source, SourceInput } from '../../../contract/sources.ts'
import { client, queryClient } from '../../state/api.ts'
import { sourceQuery } from '../../state/source-queries.ts'

/** What a change of a source sends: all of it. Secrets go as they were replied, and stay as they are stored. */
export function bodyOf(source: Source): Omit<SourceInput, 'name' | 'connector'> {
  const { description, settings, streams, policy, paused } = source
  return { description, settings, streams, policy, paused }
}

interface RunWish {
  streams?: string[]
  /** From the beginning. */
  full?: boolean
  /** Cursor values from `from` up to and without `to`, and nothing else. */
  backfill?: { from: string; to: string }
}

/** Starts a run of a source now, or of some of its streams; as new rows are read every time unless told otherwise. */
export function useRunNow(name: string) {
  return useMutation({
    mutationFn: (what: RunWish) => client.call('POST /sources/:name/sync', { params: { name }, body: what }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['sources'] })
      void queryClient.invalidateQueries({ queryKey: ['runs'] })
    },
  })
}

/** Changes a source, from the newest of it that the server has. */
export function useChangeSource(name: string) {
  return useMutation({
    mutationFn: async (part: Partial<Omit<SourceInput, 'name' | 'connector'>>) => {
      const now = await queryClient.fetchQuery({ ...sourceQuery(name), staleTime: 0 })
      return client.call('PUT /sources/:name', { params: { name }, body: { ...bodyOf(now), ...part } })
    },
    onSuccess: (changed) => {
      queryClient.setQueryData(sourceQuery(name).queryKey, changed)
      void queryClient.invalidateQueries({ queryKey: ['sources'] })
    },
  })
}

/** Tests a saved source. */
export function useTestSource(name: string) {
  return useMutation({ mutationFn: () => client.call('POST /sources/:name/test', { params: { name } }) })
}
