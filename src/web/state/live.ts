import { useSyncExternalStore } from 'react'
import type { DashboardStats } from '../../contract/dashboard.ts'
import type { Run, RunDetail, RunEvent } from '../../contract/runs.ts'
import { client, queryClient } from './api.ts'
import { serverNow } from './session.ts'

/** What the page can truthfully say about its freshness. */
export interface LiveState {
  state: 'connecting' | 'live' | 'paused'
  /** Since when, in ms by the server's clock. */
  since: number
  /** The last run seen to finish, for one polite line to screen readers. */
  finished: Run | null
}

type Message = { kind: 'event'; event: RunEvent } | { kind: 'state'; state: LiveState['state'] } | { kind: 'hello' }

/** A connection gone for this long is admitted as paused. */
const ADMIT_AFTER_MS = 1_500
const FLUSH_MS = 250

let current: LiveState = { state: 'connecting', since: 0, finished: null }
const listeners = new Set<() => void>()
const waiting = new Map<string, Run>()
let flushTimer: ReturnType<typeof setTimeout> | null = null

/** The state of the live line. */
export function useLive(): LiveState {
  return useSyncExternalStore(subscribe, snapshot, snapshot)
}

const snapshot = () => current

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Queries poll with this interval while the live line is paused, and not otherwise. */
export function pollWhilePaused(): number | false {
  return current.state === 'paused' ? 5_000 : false
}

/**
 * Follows state changes of all runs. One stream per browser: the tab that holds the lock reads it and tells the others, because HTTP/1.1 allows about
 * six connections per origin. Stops with the signal.
 */
export function startLive(signal: AbortSignal): void {
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('atlas-live')
  let leading = false
  channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'hello' && leading) channel.postMessage({ kind: 'state', state: current.state } satisfies Message)
    else if (data.kind === 'event') take(data.event)
    else if (data.kind === 'state' && !leading) set(data.state)
  })
  channel?.postMessage({ kind: 'hello' } satisfies Message)
  const lead = async (): Promise<void> => {
    leading = true
    await follow(signal, (message) => channel?.postMessage(message))
  }
  // Locks need a secure context; without one each tab has a stream of its own.
  if (navigator.locks === undefined) void lead()
  else void navigator.locks.request('atlas-live', { signal }, lead).catch(() => undefined)
  signal.addEventListener('abort', () => channel?.close())
}

async function follow(signal: AbortSignal, tell: (message: Message) => void): Promise<void> {
  let admit: ReturnType<typeof setTimeout> | null = null
  const say = (state: LiveState['state']) => {
    set(state)
    if (!signal.aborted) tell({ kind: 'state', state })
  }
  const lost = () => {
    admit ??= setTimeout(() => say('paused'), ADMIT_AFTER_MS)
  }
  const opened = () => {
    if (admit !== null) clearTimeout(admit)
    admit = null
    const missed = current.state === 'paused'
    say('live')
    if (missed) void queryClient.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' })
  }
  lost()
  try {
    await client.events('GET /events', {
      signal,
      onState: (state) => (state === 'open' ? opened() : lost()),
      onEvent: (event) => {
        take(event)
        tell({ kind: 'event', event })
      },
    })
  } catch {
    say('paused')
  }
  if (admit !== null && signal.aborted) clearTimeout(admit)
}

function set(state: LiveState['state']): void {
  if (current.state === state) return
  current = { ...current, state, since: serverNow() }
  for (const listener of listeners) listener()
}

/** Collects events and writes them to the cache at most four times a second. */
function take(event: RunEvent): void {
  if (event.kind === 'alerts') void queryClient.invalidateQueries({ queryKey: ['alerts'] })
  if (event.kind !== 'run') return
  waiting.set(event.run.id, event.run)
  flushTimer ??= setTimeout(flush, FLUSH_MS)
}

function flush(): void {
  flushTimer = null
  const runs = [...waiting.values()]
  waiting.clear()
  for (const run of runs) patchRun(run)
  const done = runs.findLast((run) => isFinished(run))
  if (done !== undefined) {
    current = { ...current, finished: done }
    for (const listener of listeners) listener()
  }
  const unknown = runs.some((run) => !isOnDashboard(run.id))
  if (done !== undefined || unknown) {
    void queryClient.invalidateQueries({ queryKey: ['dashboard'] })
    void queryClient.invalidateQueries({ queryKey: ['runs', 'strip'] })
    void queryClient.invalidateQueries({ queryKey: ['sources'] })
  }
  if (done !== undefined) {
    void queryClient.invalidateQueries({ queryKey: ['datasets'] })
    void queryClient.invalidateQueries({ queryKey: ['pii'] })
    void queryClient.invalidateQueries({ queryKey: ['quality'] })
    void queryClient.invalidateQueries({ queryKey: ['run', done.id] })
  }
}

export function isFinished(run: Pick<Run, 'state'>): boolean {
  return run.state !== 'queued' && run.state !== 'running'
}

function isOnDashboard(id: string): boolean {
  return queryClient.getQueryData<DashboardStats>(['dashboard'])?.recentRuns.some((run) => run.id === id) === true
}

interface RunPages {
  pages: { runs: Run[]; next: string | null }[]
  pageParams: unknown[]
}

function patchRun(run: Run): void {
  const swap = (old: Run) => (old.id === run.id ? { ...old, ...run } : old)
  queryClient.setQueryData<RunDetail>(['run', run.id], (old) => (old === undefined ? undefined : { ...old, ...run }))
  queryClient.setQueryData<DashboardStats>(['dashboard'], (old) =>
    old === undefined ? undefined : { ...old, recentRuns: old.recentRuns.map(swap) },
  )
  queryClient.setQueriesData<RunPages>({ queryKey: ['runs', 'list'] }, (old) =>
    old === undefined ? undefined : { ...old, pages: old.pages.map((page) => ({ ...page, runs: page.runs.map(swap) })) },
  )
  for (const listener of arrivals) listener(run)
}

const arrivals = new Set<(run: Run) => void>()

/** Called for every run event; for lists that hold new rows back behind "3 new runs · Show". */
export function onRunEvent(listener: (run: Run) => void): () => void {
  arrivals.add(listener)
  return () => arrivals.delete(listener)
}
