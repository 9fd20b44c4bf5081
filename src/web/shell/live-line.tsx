import { formatClock } from '../format/instant.ts'
import { useLive } from '../state/live.ts'
import { useTimeZone } from '../state/session.ts'
import { RUN_MARKS } from '../components/status-badge.tsx'

/** What the header admits about the page's freshness, and one polite line for each run that finished. */
export function LiveLine() {
  const { state, since, finished } = useLive()
  const zone = useTimeZone()
  return (
    <>
      <span
        data-live={state}
        className={`inline-flex items-center gap-1.5 text-label whitespace-nowrap ${state === 'paused' ? 'font-medium text-warn' : 'text-text-3'}`}
      >
        <Dot state={state} />
        {state === 'live' && 'Live'}
        {state === 'connecting' && 'Connecting'}
        {state === 'paused' && (
          <span>
            Live paused {formatClock(since, zone)}
            <span className="hidden sm:inline">, retrying</span>
          </span>
        )}
      </span>
      <span role="status" aria-live="polite" className="sr-only">
        {finished !== null && `Run of ${finished.pipeline}: ${RUN_MARKS[finished.state].word.toLowerCase()}`}
      </span>
    </>
  )
}

function Dot({ state }: { state: 'connecting' | 'live' | 'paused' }) {
  if (state === 'paused') {
    return (
      <svg width="10" height="10" aria-hidden viewBox="0 0 10 10">
        <path d="M2 1h2v8H2zM6 1h2v8H6z" fill="var(--color-warn-mark)" />
      </svg>
    )
  }
  return (
    <svg width="10" height="10" aria-hidden viewBox="0 0 10 10">
      <circle
        cx="5"
        cy="5"
        r="3.5"
        fill={state === 'live' ? 'var(--color-run-mark)' : 'none'}
        stroke={state === 'live' ? 'none' : 'var(--color-idle-mark)'}
        strokeDasharray="2 1.5"
      />
    </svg>
  )
}
