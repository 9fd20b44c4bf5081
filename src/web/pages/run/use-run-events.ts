import { useEffect, useState } from 'react'
import type { LogLine, RunDetail, RunEvent } from '../../../contract/runs.ts'
import { client, queryClient, runLogQuery, runQuery } from '../../state/api.ts'

export type Progress = Extract<RunEvent, { kind: 'progress' }>
const FLUSH_MS = 250
const KEPT_LINES = 20_000

/** Follows one open run: steps, log and progress go to the cache at most four times a second. Returns progress by `stream/step`. */
export function useRunEvents(runId: string, open: boolean): Record<string, Progress> {
  const [progress, setProgress] = useState<Record<string, Progress>>({})
  useEffect(() => {
    if (!open) return
    const stop = new AbortController()
    const waiting: RunEvent[] = []
    let timer: ReturnType<typeof setTimeout> | null = null
    const flush = () => {
      timer = null
      const events = waiting.splice(0)
      patchDetail(runId, events)
      patchLog(runId, events)
      const news = events.filter((event) => event.kind === 'progress')
      if (news.length > 0)
        setProgress((old) => ({ ...old, ...Object.fromEntries(news.map((event) => [`${event.stream}/${event.step}`, event])) }))
      // The report, the attempts and what a run waits for are not in the events: ask for them when it has ended, or begins, or waits again.
      if (events.some((event) => event.kind === 'run')) {
        void queryClient.invalidateQueries({ queryKey: ['run', runId] })
      }
    }
    const onEvent = (event: RunEvent) => {
      waiting.push(event)
      timer ??= setTimeout(flush, FLUSH_MS)
    }
    // The header's live line speaks for the connection; a stream that is refused leaves the page to polling.
    void client.events('GET /runs/:runId/events', { params: { runId }, signal: stop.signal, onEvent }).catch(() => undefined)
    return () => {
      stop.abort()
      if (timer !== null) clearTimeout(timer)
    }
  }, [runId, open])
  return progress
}

function patchDetail(runId: string, events: RunEvent[]): void {
  queryClient.setQueryData<RunDetail>(runQuery(runId).queryKey, (old) => {
    if (old === undefined) return undefined
    return events.reduce<RunDetail>((run, event) => {
      if (event.kind === 'run' && event.run.id === runId) return { ...run, ...event.run }
      if (event.kind !== 'step') return run
      const { step } = event
      const at = run.steps.findIndex((other) => other.name === step.name && other.stream === step.stream)
      return { ...run, steps: at < 0 ? [...run.steps, step] : run.steps.with(at, step) }
    }, old)
  })
}

function patchLog(runId: string, events: RunEvent[]): void {
  const lines = events.flatMap((event) => (event.kind === 'log' ? [event.line] : []))
  if (lines.length === 0) return
  queryClient.setQueryData<LogLine[]>(runLogQuery(runId).queryKey, (old) => {
    if (old === undefined) return undefined
    const last = old.at(-1)?.id ?? -1
    return [...old, ...lines.filter((line) => line.id > last)].slice(-KEPT_LINES)
  })
}
