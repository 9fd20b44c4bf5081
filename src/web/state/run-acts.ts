import { useMutation } from '@tanstack/react-query'
import type { RunActs } from '../../contract/run-endpoints.ts'
import type { Run } from '../../contract/runs.ts'
import { type Mark, RUN_MARKS } from '../components/status-badge.tsx'
import { client, queryClient } from './api.ts'
import { isFinished } from './live.ts'

/** Runs that were asked to be cancelled, done again or put aside; lists and pages of runs are read anew. */
export function useRunActs() {
  const onSuccess = () => {
    void queryClient.invalidateQueries({ queryKey: ['runs'] })
    void queryClient.invalidateQueries({ queryKey: ['run'] })
    void queryClient.invalidateQueries({ queryKey: ['dashboard'] })
  }
  const retry = useMutation<RunActs, Error, string[]>({
    mutationFn: (runIds) => client.call('POST /runs/retry', { body: { runIds } }),
    onSuccess,
  })
  const cancel = useMutation<RunActs, Error, string[]>({
    mutationFn: (runIds) => client.call('POST /runs/cancel', { body: { runIds } }),
    onSuccess,
  })
  const settle = useMutation<RunActs, Error, { runIds: string[]; reason: string }>({
    mutationFn: (body) => client.call('POST /runs/settle', { body }),
    onSuccess,
  })
  return { retry, cancel, settle }
}

/** Whether it waits for its time to be tried again. */
export function isPausing(run: Pick<Run, 'state' | 'notBefore'>): boolean {
  return run.state === 'queued' && run.notBefore !== null
}

/** The state of a run in a mark and its word, the same on every page. */
export function runBadge(run: Run): { mark: Mark; word: string } {
  if (isPausing(run)) return { mark: 'paused', word: `Waits, ${run.failures} of ${run.maxAttempts} failed` }
  if (run.state === 'succeeded' && run.publishedRows === 0) return { mark: 'ok', word: 'Succeeded, no rows' }
  return RUN_MARKS[run.state]
}

/** What a retry would do; null where there is nothing to do again. The server has the last word. */
export function retryWords(run: Run): string | null {
  if (isPausing(run)) return 'Retry now'
  if (!isFinished(run) || run.state === 'succeeded' || run.trigger === 'replay') return null
  if (run.settledAt !== null && run.settledReason === null) return null
  return run.state === 'partial' ? 'Read what is missing' : 'Retry'
}

/** Whether it is among those that gave up and wait for somebody. */
export function isDead(run: Pick<Run, 'gaveUpAt' | 'settledAt'>): boolean {
  return run.gaveUpAt !== null && run.settledAt === null
}
