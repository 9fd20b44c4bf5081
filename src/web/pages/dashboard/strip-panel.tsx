import { useQuery } from '@tanstack/react-query'
import type { Run, RunState } from '../../../contract/runs.ts'
import { Empty } from '../../components/empty.tsx'
import { Num } from '../../components/num.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { RunStrip } from '../../components/run-strip.tsx'
import { RUN_MARKS, StatusMark } from '../../components/status-badge.tsx'
import { all } from '../../measured.ts'
import { recentRunsQuery } from '../../state/api.ts'
import { pollWhilePaused } from '../../state/live.ts'
import { useNow } from '../../state/session.ts'

const HOUR_MS = 3600 * 1000
const DAY_HOURS = 24
const DAY_MS = DAY_HOURS * HOUR_MS
/** How far back the strip may reach, in hours: the shortest that holds every run of the day, so that the first runs are told apart. */
const REACHES = [1, 6, DAY_HOURS]
const ORDER: RunState[] = ['succeeded', 'partial', 'rate_limited', 'failed', 'blocked', 'cancelled', 'running', 'queued']

/** The runs of the last 24 hours as a strip, with their number by state. */
export function StripPanel() {
  const query = useQuery({ ...recentRunsQuery, refetchInterval: pollWhilePaused })
  return (
    <Panel title="Runs, last 24 h">
      <Load query={query} what="the runs of the last day" lines={3}>
        {({ runs, next }) => <Strip runs={runs} more={next !== null} asOf={new Date(query.dataUpdatedAt).toISOString()} />}
      </Load>
    </Panel>
  )
}

function Strip({ runs, more, asOf }: { runs: Run[]; more: boolean; asOf: string }) {
  const now = useNow(30_000)
  const recent = runs.filter((run) => Date.parse(run.queuedAt) > now - DAY_MS)
  // The answer holds the newest runs only; when all of them are from today, earlier ones of today may be missing.
  const partial = more && recent.length === runs.length
  if (recent.length === 0) return <Empty kind="filtered">No run was started in the last 24 hours.</Empty>
  const oldest = Math.min(...recent.map((run) => Date.parse(run.queuedAt)))
  const hours = REACHES.find((reach) => oldest > now - reach * HOUR_MS) ?? DAY_HOURS
  return (
    <div className="px-4 py-3">
      <RunStrip runs={recent} from={now - hours * HOUR_MS} to={now} />
      <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-cell">
        {ORDER.map((state) => {
          const count = recent.filter((run) => run.state === state).length
          if (count === 0) return null
          return (
            <li key={state} className="inline-flex min-h-6 items-center gap-1.5">
              <StatusMark mark={RUN_MARKS[state].mark} />
              <Num
                m={{
                  s: 'ok',
                  v: count,
                  asOf,
                  scope: partial ? { rows: recent.length, of: null, how: 'sample', unit: 'runs' } : all(recent.length, 'runs'),
                  src: { kind: 'query', id: 'GET /api/v1/runs' },
                }}
                label={`runs ${RUN_MARKS[state].word.toLowerCase()} in the last 24 hours`}
              />
              {RUN_MARKS[state].word.toLowerCase()}
            </li>
          )
        })}
      </ul>
      {hours < DAY_HOURS && !partial && (
        <p className="mt-2 text-label text-text-3">
          The strip shows the last {hours === 1 ? 'hour' : `${hours} hours`}; no run was started in the {DAY_HOURS - hours} h before.
        </p>
      )}
      {partial && <p className="mt-2 text-label text-text-3">The newest runs only; earlier ones of the last 24 hours are not shown.</p>}
    </div>
  )
}
