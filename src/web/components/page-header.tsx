import { type ReactNode, useEffect, useRef } from 'react'
import { useRouterState } from '@tanstack/react-router'

let firstPath: string | null = null

/** h1, state, as-of line and at most one primary button. Focus moves here on navigation, and the document gets its title. */
export function PageHeader(props: { title: ReactNode; documentTitle: string; state?: ReactNode; line?: ReactNode; actions?: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const path = useRouterState({ select: (state) => state.location.pathname })
  useEffect(() => {
    firstPath ??= path
    if (firstPath === path) return
    firstPath = ''
    heading.current?.focus({ preventScroll: true })
  }, [path])
  return (
    <div className="mb-4 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <title>{`${props.documentTitle} · Atlas`}</title>
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1 ref={heading} tabIndex={-1} className="text-page break-words">
            {props.title}
          </h1>
          {props.state}
        </div>
        {props.line !== undefined && (
          <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-cell text-text-2">{props.line}</div>
        )}
      </div>
      {props.actions !== undefined && <div className="flex flex-wrap items-center gap-2">{props.actions}</div>}
    </div>
  )
}
