import type { Run } from '../../contract/runs.ts'
import { between, formatDuration } from '../format/duration.ts'
import { formatClock } from '../format/instant.ts'
import { useTimeZone } from '../state/session.ts'
import { RUN_MARKS, markColour } from './status-badge.tsx'

const HEIGHT = 56
/** Of a day, 20 minutes each. */
const PIECES = 72
const TALLEST_BRICK = 9

/**
 * Run history as bricks, one a run: place = start, colour = state, and a cross above a piece of time in which one failed, however many went well
 * beside it. Pieces without a run stay empty.
 */
export function RunStrip({ runs, from, to }: { runs: Run[]; from: number; to: number }) {
  const zone = useTimeZone()
  const pieces = piecesOf(runs, from, to)
  const most = Math.max(...pieces.map(({ runs: own }) => own.length))
  const brick = Math.min(TALLEST_BRICK, HEIGHT / most)
  const ticks = [0, 1, 2, 3, 4].map((tick) => ({ tick, at: from + ((to - from) * tick) / 4 }))
  return (
    <figure className="m-0">
      <figcaption className="sr-only">Runs by time of start. The page Runs lists each of them.</figcaption>
      <div aria-hidden className="relative border-b border-control" style={{ height: HEIGHT + 12 }}>
        {pieces.map(({ index, runs: own }) => (
          <span
            key={index}
            className="absolute bottom-0 flex flex-col-reverse items-stretch px-px"
            style={{ left: `${(index / PIECES) * 100}%`, width: `${100 / PIECES}%` }}
          >
            {own.map((run) => (
              <span
                key={run.id}
                title={`${run.pipeline} · ${RUN_MARKS[run.state].word} · ${formatClock(startOf(run), zone)} · ${formatDuration(worked(run, to))}`}
                className={`bar block rounded-[1px] hover:opacity-70 ${run.state === 'queued' ? 'hatch' : ''} ${run.state === 'running' ? 'pulse' : ''}`}
                style={{
                  height: Math.max(1, brick - 1),
                  marginTop: brick > 2 ? 1 : 0,
                  background: run.state === 'queued' ? undefined : markColour(RUN_MARKS[run.state].mark),
                }}
              />
            ))}
            {own.some((run) => run.state === 'failed' || run.state === 'blocked') && <Cross />}
          </span>
        ))}
      </div>
      <div aria-hidden className="mt-1 flex justify-between text-label text-text-3">
        {ticks.map(({ tick, at }) => (
          <span key={tick}>{tick === 4 ? 'now' : formatClock(at, zone).slice(0, 5)}</span>
        ))}
      </div>
    </figure>
  )
}

/** The pieces of time that have runs, each with its runs in the order of their start. */
function piecesOf(runs: Run[], from: number, to: number): { index: number; runs: Run[] }[] {
  const sorted = runs.toSorted((a, b) => startOf(a) - startOf(b))
  const byPiece = Map.groupBy(sorted, (run) =>
    Math.min(PIECES - 1, Math.max(0, Math.floor(((startOf(run) - from) / (to - from)) * PIECES))),
  )
  return [...byPiece].map(([index, own]) => ({ index, runs: own }))
}

function Cross() {
  return (
    <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden className="mb-0.5 self-center">
      <path d="M1 1l6 6M7 1L1 7" stroke="var(--color-bad-mark)" strokeWidth="2" />
    </svg>
  )
}

function startOf(run: Run): number {
  return Date.parse(run.startedAt ?? run.queuedAt)
}

function worked(run: Run, now: number): number {
  return between(run.startedAt, run.finishedAt) ?? (run.startedAt === null ? 1 : now - Date.parse(run.startedAt))
}
