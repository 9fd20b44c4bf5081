import { useQuery } from '@tanstack/react-query'
import type { RunCounts } from '../../../contract/run-endpoints.ts'
import type { RunState } from '../../../contract/runs.ts'
import { Num } from '../../components/num.tsx'
import { RUN_MARKS, StatusMark } from '../../components/status-badge.tsx'
import { formatCount } from '../../format/count.ts'
import { all, measured, type Measured } from '../../measured.ts'
import { client } from '../../state/api.ts'
import { pollWhilePaused } from '../../state/live.ts'
import { filterOf, type RunSearch } from '../../state/run-filter.ts'
import { serverNow } from '../../state/session.ts'

function useCounts(filter: RunSearch) {
  const { from, to, trigger, pipeline } = filter
  const key = { from, to, trigger, pipeline }
  return useQuery({
    queryKey: ['runs', 'counts', key],
    queryFn: async ({ signal }) => {
      const { state: _state, search: _search, gaveUp: _gaveUp, ...query } = filterOf(key)
      const counts = await client.call('GET /runs/counts', { query, signal })
      return { ...counts, asOf: new Date(serverNow()).toISOString() }
    },
    refetchInterval: () => pollWhilePaused() || RENEW_MS,
    placeholderData: (last) => last,
  })
}

const ORDER: RunState[] = ['running', 'queued', 'failed', 'blocked', 'partial', 'rate_limited', 'cancelled', 'succeeded']

const RENEW_MS = 15_000

/** How many runs are in which state; each narrows the list to it. */
export function StateCounts({ filter, onChange }: { filter: RunSearch; onChange: (filter: RunSearch) => void }) {
  const { data } = useCounts(filter)
  if (data === undefined) return null
  const found = ORDER.flatMap((state) => data.states.find((one) => one.state === state) ?? [])
  if (found.length === 0) return null
  return (
    <ul aria-label="Runs by state" className="flex flex-wrap items-center gap-x-5 gap-y-1">
      {found.map(({ state, runs }) => {
        const { mark, word } = RUN_MARKS[state]
        const chosen = filter.state === state
        return (
          <li key={state} className="inline-flex items-baseline gap-1.5">
            <StatusMark mark={mark} />
            <button
              type="button"
              aria-pressed={chosen}
              className={chosen ? 'font-medium underline' : 'link'}
              onClick={() => onChange({ ...filter, state: chosen ? undefined : state })}
            >
              {word}
            </button>
            <Num
              m={countOf(runs, data)}
              as={(value) => atMost(value, data.most)}
              className="min-w-6 text-left"
              label={`runs, ${word.toLowerCase()}`}
            />
          </li>
        )
      })}
    </ul>
  )
}

/** "Gave up", and how many wait for somebody. */
export function DeadTab() {
  const { data } = useCounts({})
  if (data === undefined || data.gaveUp === 0) return <>Gave up</>
  return (
    <>
      Gave up
      <span className="rounded-control bg-bad-tint px-1.5 text-label text-bad">{atMost(data.gaveUp, data.most)}</span>
    </>
  )
}

function countOf(runs: number, { asOf }: RunCounts & { asOf: string }): Measured<number> {
  return measured(runs, { asOf, scope: all(runs, 'runs'), src: { kind: 'query', id: 'GET /runs/counts' } })
}

function atMost(value: number, most: number): string {
  return value >= most ? `${formatCount(most)} or more` : formatCount(value)
}
