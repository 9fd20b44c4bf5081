import { RotateCw } from 'lucide-react'
import { ProblemError } from '../../client/problem-error.ts'
import type { Problem } from '../../contract/problem.ts'
import { formatClock } from '../format/instant.ts'
import { useTimeZone } from '../state/session.ts'
import { StatusMark } from './status-badge.tsx'

/** An error in its panel's place: what happened, why, what to do, its code and id, and a way to try again. */
export function ProblemView({ error, onRetry, what }: { error: unknown; onRetry?: (() => void) | undefined; what?: string }) {
  const zone = useTimeZone()
  if (!(error instanceof ProblemError)) return <Fault error={error} />
  return <ProblemText problem={error.problem} what={what} at={<time>{formatClock(error.at, zone)}</time>} onRetry={onRetry} />
}

/** The same for a problem that was stored with what failed. */
export function ProblemText({
  problem,
  what,
  at,
  onRetry,
}: {
  problem: Problem
  what?: string | undefined
  at?: React.ReactNode
  onRetry?: (() => void) | undefined
}) {
  return (
    <div role="alert" className="flex items-start gap-3 p-4">
      <span className="pt-0.5">
        <StatusMark mark="failed" />
      </span>
      <div className="min-w-0 max-w-[72ch]">
        <p className="font-medium text-bad">{what === undefined ? `${problem.title}.` : `${what}. ${problem.title}.`}</p>
        <p className="mt-1 break-words">
          {problem.detail} {problem.next !== undefined && <span className="text-text-2">{problem.next}</span>}
        </p>
        <p className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-label text-text-3">
          <a className="link font-mono" href={`/docs#${problem.code}`}>
            {problem.code}
          </a>
          {problem.requestId !== undefined && <code className="font-mono">{problem.requestId}</code>}
          {at}
        </p>
        {onRetry !== undefined && (
          <button type="button" className="btn mt-3" onClick={onRetry}>
            <RotateCw size={14} aria-hidden /> Try again
          </button>
        )}
      </div>
    </div>
  )
}

function Fault({ error }: { error: unknown }) {
  const problem: Problem = {
    type: '/docs#web.fault',
    title: 'This part of the page has a fault',
    status: 0,
    code: 'web.fault',
    detail: error instanceof Error ? error.message : 'The cause is not known.',
    next: 'Nothing was changed. Reload the page; if it stays, report it with this text.',
    retry: true,
  }
  return <ProblemText problem={problem} />
}
