import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useEffect, useId, useState } from 'react'
import { ProblemError } from '../../client/problem-error.ts'
import { formatAsOf } from '../format/instant.ts'
import { useNow, useTimeZone } from '../state/session.ts'
import { Empty } from './empty.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { ProblemView } from './problem-view.tsx'

/** A titled part of a page. It fails alone. */
export function Panel(props: { title: ReactNode; aside?: ReactNode; children: ReactNode; className?: string }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={`panel ${props.className ?? ''}`}>
      <header className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b border-line px-4 py-2">
        <h2 id={id} className="text-section">
          {props.title}
        </h2>
        {props.aside !== undefined && <div className="flex flex-wrap items-center gap-3 text-label text-text-3">{props.aside}</div>}
      </header>
      <ErrorBoundary>{props.children}</ErrorBoundary>
    </section>
  )
}

/** `as of 14:02:10`. */
export function AsOf({ at }: { at: string }) {
  const zone = useTimeZone()
  const now = useNow(60_000)
  return (
    <span className="text-label text-text-3">
      as of <time dateTime={at}>{formatAsOf(Date.parse(at), now, zone)}</time>
    </span>
  )
}

interface LoadProps<T> {
  query: UseQueryResult<T>
  /** What is awaited, in words: "the runs". */
  what: string
  /** Lines of the skeleton; its geometry is the final one. */
  lines?: number
  children: (data: T) => ReactNode
}

/** The states of an answer: nothing for 200 ms, then a skeleton; the data; a refusal; or an error that keeps the last good data, dimmed. */
export function Load<T>({ query, what, lines = 4, children }: LoadProps<T>) {
  if (query.isError && isDenied(query.error)) return <Denied what={what} />
  if (query.data !== undefined) {
    if (!query.isError) return children(query.data)
    return (
      <>
        <ProblemView error={query.error} what={`Could not renew ${what}`} onRetry={() => void query.refetch()} />
        <div className="opacity-60">{children(query.data)}</div>
      </>
    )
  }
  if (query.isError) return <ProblemView error={query.error} what={`Could not load ${what}`} onRetry={() => void query.refetch()} />
  return <Waiting what={what} lines={lines} />
}

function isDenied(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 403
}

function Denied({ what }: { what: string }) {
  return <Empty kind="no-permission">Your role does not include {what}. An admin of this Atlas can grant it.</Empty>
}

/** A skeleton; after ten seconds it says what it waits for. */
export function Waiting({ what, lines }: { what: string; lines: number }) {
  const [long, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 10_000)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="appear p-4" aria-busy="true">
      <span className="sr-only" role="status">
        Loading {what}
      </span>
      <div className="grid gap-4" aria-hidden>
        {Array.from({ length: lines }, (_, line) => (
          <div key={line} className="skeleton h-5" style={{ width: `${92 - ((line * 17) % 40)}%` }} />
        ))}
      </div>
      {long && (
        <p className="mt-4 text-text-2">
          Still waiting for {what}. The server has not answered yet.{' '}
          <button type="button" className="link" onClick={() => history.back()}>
            Go back
          </button>
        </p>
      )}
    </div>
  )
}
