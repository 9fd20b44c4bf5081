import type { Run } from '../../../contract/runs.ts'
import { RUN_MARKS, markColour } from '../../components/status-badge.tsx'
import { formatCount } from '../../format/count.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatTick } from '../../format/instant.ts'
import { useNow, useTimeZone } from '../../state/session.ts'

/** Pipelines shown; the newest first. */
const MOST_LANES = 40

/** When runs waited and worked, a lane for each pipeline. Waiting is hatched and stands apart from work. */
export function Timeline({ runs, from, to }: { runs: Run[]; from: number; to: number | null }) {
  const zone = useTimeZone()
  const now = useNow(2_000)
  const until = to ?? now
  const lanes = lanesOf(runs)
  const ticks = [0, 1, 2, 3, 4].map((tick) => from + ((until - from) * tick) / 4)
  return (
    <figure className="m-0 px-4 py-3">
      <figcaption className="sr-only">Runs by pipeline over time. The list of runs has each of them with its figures.</figcaption>
      <ol className="grid gap-px">
        {lanes.slice(0, MOST_LANES).map(({ pipeline, runs: own }) => (
          <li
            key={pipeline}
            className="grid min-h-8 grid-cols-[9rem_minmax(0,1fr)] items-center gap-x-3 text-cell lg:grid-cols-[14rem_minmax(0,1fr)]"
          >
            <a href={`/runs?pipeline=${encodeURIComponent(pipeline)}`} className="truncate hover:underline" title={pipeline}>
              {pipeline}
            </a>
            <span aria-hidden className="relative block h-5 rounded-[2px] bg-sunken">
              {own.map((run) => (
                <Bar key={run.id} run={run} from={from} until={until} now={now} />
              ))}
            </span>
          </li>
        ))}
      </ol>
      <div
        aria-hidden
        className="mt-1 grid grid-cols-[9rem_minmax(0,1fr)] gap-x-3 text-label text-text-3 lg:grid-cols-[14rem_minmax(0,1fr)]"
      >
        <span />
        <span className="flex justify-between gap-2 border-t border-line pt-1 whitespace-nowrap">
          {ticks.map((at, index) => (
            <span key={index} className={index % 2 === 1 ? 'max-md:hidden' : ''}>
              {formatTick(at, until - from, index === 0, zone)}
            </span>
          ))}
        </span>
      </div>
      <p className="mt-2 text-label text-text-3">
        <span aria-hidden className="hatch mr-1 inline-block h-3 w-4 align-middle" /> waiting · solid: worked · taller: failed or blocked
        {lanes.length > MOST_LANES && ` · ${formatCount(lanes.length - MOST_LANES)} more pipelines ran; narrow the search to see them`}
      </p>
    </figure>
  )
}

function lanesOf(runs: Run[]): { pipeline: string; runs: Run[] }[] {
  const lanes = new Map<string, Run[]>()
  for (const run of runs) lanes.set(run.pipeline, [...(lanes.get(run.pipeline) ?? []), run])
  return [...lanes].map(([pipeline, own]) => ({ pipeline, runs: own }))
}

/** For the pointer alone: many are narrower than a finger. The name of the pipeline leads to the same runs in the list. */
function Bar({ run, from, until, now }: { run: Run; from: number; until: number; now: number }) {
  const { mark, word } = RUN_MARKS[run.state]
  const queued = Date.parse(run.queuedAt)
  const started = run.state === 'queued' || run.startedAt === null ? now : Date.parse(run.startedAt)
  const ended = run.finishedAt === null ? now : Date.parse(run.finishedAt)
  const place = (at: number) => Math.min(100, Math.max(0, ((at - from) / (until - from)) * 100))
  const title = `${run.pipeline} · ${word} · waited ${formatDuration(started - queued)}${run.state === 'queued' ? '' : ` · worked ${formatDuration(ended - started)}`}`
  const left = place(queued)
  const middle = place(started)
  const right = place(ended)
  return (
    <a
      href={`/runs/${encodeURIComponent(run.id)}`}
      tabIndex={-1}
      title={title}
      data-run={run.id}
      className={`bar absolute ${mark === 'failed' || mark === 'blocked' ? 'inset-y-0' : 'inset-y-1'} flex min-w-[4px] overflow-hidden rounded-[2px] hover:opacity-70`}
      style={{ left: `min(calc(100% - 4px), ${left}%)`, width: `${Math.max(0, right - left)}%` }}
    >
      {middle > left && <span className="hatch block h-full" style={{ flex: `${middle - left} 0 0` }} />}
      {run.state !== 'queued' && (
        <span
          className={`block h-full min-w-[3px] ${run.state === 'running' ? 'pulse' : ''}`}
          style={{ flex: `${Math.max(0.01, right - middle)} 0 auto`, background: markColour(mark) }}
        />
      )}
    </a>
  )
}
