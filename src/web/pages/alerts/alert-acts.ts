import { queryOptions, useMutation } from '@tanstack/react-query'
import type { AlertChannelInput } from '../../../contract/alert-channels.ts'
import type { AlertRule, AlertRuleInput } from '../../../contract/alert-rules.ts'
import { client, queryClient } from '../../state/api.ts'

export const rulesQuery = queryOptions({
  queryKey: ['alerts', 'rules'],
  queryFn: ({ signal }) => client.call('GET /alert-rules', { signal }),
})

export const ruleKindsQuery = queryOptions({
  queryKey: ['alert-rule-kinds'],
  queryFn: ({ signal }) => client.call('GET /alert-rules/kinds', { signal }),
  staleTime: Infinity,
})

export const channelsQuery = queryOptions({
  queryKey: ['alerts', 'channels'],
  queryFn: ({ signal }) => client.call('GET /alert-channels', { signal }),
})

export const channelKindsQuery = queryOptions({
  queryKey: ['alert-channel-kinds'],
  queryFn: ({ signal }) => client.call('GET /alert-channels/kinds', { signal }),
  staleTime: Infinity,
})

const renew = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['alerts'] })

/** Says that the viewer is on it. */
export function useTakeAlert(alertId: string) {
  return useMutation({ mutationFn: () => client.call('POST /alerts/:alertId/take', { params: { alertId } }), onSuccess: renew })
}

/** Silences an alert for some minutes. */
export function useSnoozeAlert(alertId: string) {
  return useMutation({
    mutationFn: (minutes: number) => client.call('POST /alerts/:alertId/snooze', { params: { alertId }, body: { minutes } }),
    onSuccess: renew,
  })
}

/** Closes an alert with what was done. */
export function useResolveAlert(alertId: string) {
  return useMutation({
    mutationFn: (note: string) => client.call('POST /alerts/:alertId/resolve', { params: { alertId }, body: { note } }),
    onSuccess: renew,
  })
}

/** Makes a rule, or changes the one named. */
export function useSaveRule(ruleId: string | undefined) {
  return useMutation({
    mutationFn: (body: AlertRuleInput) =>
      ruleId === undefined
        ? client.call('POST /alert-rules', { body })
        : client.call('PUT /alert-rules/:ruleId', { params: { ruleId }, body }),
    onSuccess: renew,
  })
}

/** Turns a rule on or off. */
export function useEnableRule({ id: ruleId, enabled }: AlertRule) {
  const key = enabled ? 'POST /alert-rules/:ruleId/disable' : 'POST /alert-rules/:ruleId/enable'
  return useMutation({ mutationFn: () => client.call(key, { params: { ruleId } }), onSuccess: renew })
}

/** Deletes a rule; its alerts stay. */
export function useDeleteRule(ruleId: string) {
  return useMutation({ mutationFn: () => client.call('DELETE /alert-rules/:ruleId', { params: { ruleId } }), onSuccess: renew })
}

/** Adds a channel, or changes the one named. */
export function useSaveChannel(channelId: string | undefined) {
  return useMutation({
    mutationFn: (body: AlertChannelInput) =>
      channelId === undefined
        ? client.call('POST /alert-channels', { body })
        : client.call('PUT /alert-channels/:channelId', { params: { channelId }, body }),
    onSuccess: renew,
  })
}

/** Sends a real message now. */
export function useTestChannel(channelId: string) {
  return useMutation({
    mutationFn: () => client.call('POST /alert-channels/:channelId/test', { params: { channelId } }),
    onSettled: renew,
  })
}

/** Deletes a channel with what it has not sent. */
export function useDeleteChannel(channelId: string) {
  return useMutation({ mutationFn: () => client.call('DELETE /alert-channels/:channelId', { params: { channelId } }), onSuccess: renew })
}
