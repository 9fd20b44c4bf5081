import { queryOptions, useMutation } from '@tanstack/react-query'
import type { EventTrigger, TriggerInput } from '../../../contract/triggers.ts'
import { client, queryClient } from '../../state/api.ts'

export const triggersQuery = queryOptions({
  queryKey: ['triggers'],
  queryFn: ({ signal }) => client.call('GET /triggers', { signal }),
})

export const freshnessQuery = queryOptions({
  queryKey: ['freshness'],
  queryFn: ({ signal }) => client.call('GET /freshness', { signal }),
})

const renew = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['triggers'] })

/** Makes a trigger; the answer holds the secret of one for signed calls, this once. */
export function useAddTrigger() {
  return useMutation({ mutationFn: (body: TriggerInput) => client.call('POST /triggers', { body }), onSuccess: renew })
}

/** Turns a trigger on or off. */
export function usePauseTrigger({ id: triggerId, paused }: EventTrigger) {
  const key = paused ? 'POST /triggers/:triggerId/resume' : 'POST /triggers/:triggerId/pause'
  return useMutation({ mutationFn: () => client.call(key, { params: { triggerId } }), onSuccess: renew })
}

/** Sets a trigger off by hand. */
export function useFireTrigger(triggerId: string) {
  return useMutation({ mutationFn: () => client.call('POST /triggers/:triggerId/run', { params: { triggerId } }), onSuccess: renew })
}

/** Deletes a trigger; its runs stay. */
export function useDeleteTrigger(triggerId: string) {
  return useMutation({ mutationFn: () => client.call('DELETE /triggers/:triggerId', { params: { triggerId } }), onSuccess: renew })
}
