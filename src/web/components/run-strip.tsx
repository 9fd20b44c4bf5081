import type { Run } from '../../contract/runs.ts'
import { between, formatDuration } from '../format/duration.ts'
import { formatClock } from '../format/instant.ts'
import { useTimeZone } from '../state/session.ts'
import { RUN_MARKS, markColour } from './status-badge.tsx'

const HEIGHT = 56

/**
 * Run history as bars: place = start, height = time worked (square root, so that short runs stay visible), shape + colour = state. Hours without a run
 * stay empty.
 */
export function RunStrip({ runs, from, to }: { runs: Run[]; from: number; to: number }) {
  const zone = useTimeZone()
  const longest = Math.max(...runs.map((run) => worked(run, to)), 1)
  const hours = [0, 6, 12, 18, 24].map((hour) => ({ hour, at: from + ((to - from) * hour) / 24 }))
  return (
    <figure className="m-0">
      <figcaption className="sr-only">Runs of the last 24 hours by time of start. The page Runs lists each of them.</figcaption>
      <div aria-hidden className="relative border-b border-control" style={{ height: HEIGHT + 8 }}>
        {runs.map((run) => {
          const left = ((Date.parse(run.startedAt ?? run.queuedAt) - from) / (to - from)) * 100
          const { mark, word } = RUN_MARKS[run.state]
          const height = 8 + Math.sqrt(worked(run, to) / longest) * (HEIGHT - 8)
          return (
            <span
              key={run.id}
              title={`${run.pipeline} · ${word} · ${formatClock(Date.parse(run.startedAt ?? run.queuedAt), zone)} · ${formatDuration(worked(run, to))}`}
              className="absolute bottom-0 flex w-2 -translate-x-1/2 flex-col items-center justify-end before:absolute before:-inset-x-1 before:inset-y-0 hover:opacity-70"
              style={{ left: `${Math.min(99.6, Math.max(0.4, left))}%`, height: HEIGHT + 8 }}
            >
              {(run.state === 'failed' || run.state === 'blocked') && <Cross />}
              <span
                className={`bar block w-1.5 rounded-t-[1px] ${run.state === 'queued' ? 'hatch' : ''} ${run.state === 'running' ? 'pulse' : ''}`}
                style={{ height, background: run.state === 'queued' ? undefined : markColour(mark) }}
              />
            </span>
          )
        })}
      </div>
      <div aria-hidden className="mt-1 flex justify-between text-label text-text-3">
        {hours.map(({ hour, at }) => (
          <span key={hour}>{hour === 24 ? 'now' : formatClock(at, zone).slice(0, 5)}</span>
        ))}
      </div>
    </figure>
  )
}

function Cross() {
  return (
    <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden className="mb-0.5">
      <path d="M1 1l6 6M7 1L1 7" stroke="var(--color-bad-mark)" strokeWidth="2" />
    </svg>
  )
}

function worked(run: Run, now: number): number {
  return between(run.startedAt, run.finishedAt) ?? (run.startedAt === null ? 1 : now - Date.parse(run.startedAt))
}
