import { useQuery } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import type { Permission } from '../../contract/endpoint.ts'
import { queryClient, sessionQuery } from './api.ts'
import type { Session } from '../../contract/access.ts'

let skewMs = 0
let skewKnownFor: string | null = null

/** The session; pages inside the shell are only drawn when there is one. */
export function useSession(): Session | undefined {
  return useQuery(sessionQuery).data
}

/** Whether the viewer may do something; single acts that a role lacks are shown disabled with the reason. */
export function useMay(permission: Permission): boolean {
  return useSession()?.permissions.includes(permission) === true
}

/** The one zone of every page; shown in the header. */
export function useTimeZone(): string {
  return useSession()?.server.timeZone ?? 'UTC'
}

/** Now by the server's clock, in ms. */
export function serverNow(): number {
  const session = queryClient.getQueryData<Session>(sessionQuery.queryKey)
  if (session !== undefined && session.server.now !== skewKnownFor) {
    const seenAt = queryClient.getQueryState(sessionQuery.queryKey)?.dataUpdatedAt
    if (seenAt !== undefined) skewMs = Date.parse(session.server.now) - seenAt
    skewKnownFor = session.server.now
  }
  return Date.now() + skewMs
}

interface Tick {
  now: () => number
  subscribe: (listener: () => void) => () => void
}

const ticks = new Map<number, Tick>()

/** Now by the server's clock, renewed every `everyMs`. */
export function useNow(everyMs: number): number {
  const tick = ticks.get(everyMs) ?? makeTick(everyMs)
  return useSyncExternalStore(tick.subscribe, tick.now, tick.now)
}

/** One timer for all that show the same clock; it runs only while somebody looks. */
function makeTick(everyMs: number): Tick {
  const listeners = new Set<() => void>()
  let now = serverNow()
  let timer: ReturnType<typeof setInterval> | null = null
  const renew = () => {
    now = serverNow()
    for (const listener of listeners) listener()
  }
  const tick: Tick = {
    now: () => now,
    subscribe: (listener) => {
      listeners.add(listener)
      if (timer === null) {
        timer = setInterval(renew, everyMs)
        queueMicrotask(renew)
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0 || timer === null) return
        clearInterval(timer)
        timer = null
      }
    },
  }
  ticks.set(everyMs, tick)
  return tick
}
