import { queryOptions, useMutation } from '@tanstack/react-query'
import type { Schedule, ScheduleInput, Timing } from '../../../contract/schedules.ts'
import type { BackfillInput } from '../../../contract/backfills.ts'
import { client, queryClient } from '../../state/api.ts'

export const schedulesQuery = queryOptions({
  queryKey: ['schedules'],
  queryFn: ({ signal }) => client.call('GET /schedules', { signal }),
})

export const weekQuery = queryOptions({
  queryKey: ['schedules', 'week'],
  queryFn: ({ signal }) => client.call('GET /schedules/week', { signal }),
})

/** The next times of a timing that is not saved. */
export function previewQuery(timing: Timing) {
  return queryOptions({
    queryKey: ['schedules', 'preview', timing],
    queryFn: ({ signal }) => client.call('POST /schedules/preview', { body: { timing }, signal }),
    retry: false,
  })
}

export type BackfillWish = Pick<BackfillInput, 'pipeline' | 'from' | 'to' | 'timing' | 'redo' | 'concurrency'>

const renew = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['schedules'] })

/** Makes a schedule, or changes the one named. */
export function useSaveSchedule(scheduleId: string | undefined) {
  return useMutation({
    mutationFn: (body: ScheduleInput) =>
      scheduleId === undefined
        ? client.call('POST /schedules', { body })
        : client.call('PUT /schedules/:scheduleId', { params: { scheduleId }, body }),
    onSuccess: renew,
  })
}

/** Turns a schedule on or off. */
export function usePauseSchedule({ id: scheduleId, paused }: Schedule) {
  const key = paused ? 'POST /schedules/:scheduleId/resume' : 'POST /schedules/:scheduleId/pause'
  return useMutation({ mutationFn: () => client.call(key, { params: { scheduleId } }), onSuccess: renew })
}

/** Starts now what a schedule runs. */
export function useRunSchedule(scheduleId: string) {
  return useMutation({ mutationFn: () => client.call('POST /schedules/:scheduleId/run', { params: { scheduleId } }), onSuccess: renew })
}

/** What a backfill would run. */
export function usePlanBackfill() {
  return useMutation({ mutationFn: (body: BackfillWish) => client.call('POST /backfills/plan', { body }) })
}

/** Begins a backfill. */
export function useStartBackfill() {
  return useMutation({
    mutationFn: (body: BackfillWish) => client.call('POST /backfills', { body }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['backfills'] }),
  })
}

export const backfillsQuery = queryOptions({
  queryKey: ['backfills'],
  queryFn: ({ signal }) => client.call('GET /backfills', { signal }),
})

/** Stops a backfill; what succeeded stays. */
export function useCancelBackfill(backfillId: string) {
  return useMutation({
    mutationFn: () => client.call('POST /backfills/:backfillId/cancel', { params: { backfillId } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['backfills'] }),
  })
}

/** Deletes a schedule; its runs stay. */
export function useDeleteSchedule(scheduleId: string) {
  return useMutation({ mutationFn: () => client.call('DELETE /schedules/:scheduleId', { params: { scheduleId } }), onSuccess: renew })
}
