import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Run } from '../../../contract/runs.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { Load } from '../../components/panel.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { queryClient, runsQuery } from '../../state/api.ts'
import { onRunEvent, pollWhilePaused } from '../../state/live.ts'
import { filterOf, momentOf, type RunSearch } from '../../state/run-filter.ts'
import { BulkBar } from './bulk-bar.tsx'
import { DeadTab, StateCounts } from './counts.tsx'
import { FilterBar } from './filter-bar.tsx'
import { NoRuns } from './no-runs.tsx'
import { RunsList } from './runs-list.tsx'
import { Timeline } from './timeline.tsx'

const route = getRouteApi('/inside/runs')
const USUAL_SPAN = '-24h'

/** What is running, what failed, what gave up? */
export function Runs() {
  const filter = route.useSearch()
  const navigate = useNavigate({ from: '/runs' })
  const change = (search: RunSearch) => void navigate({ search, resetScroll: false })
  const { tab = 'list' } = filter
  const tabs = [
    { id: 'list', label: 'All runs' },
    { id: 'dead', label: <DeadTab /> },
    { id: 'timeline', label: 'Timeline' },
  ]
  return (
    <>
      <PageHeader title="Runs" documentTitle="Runs" />
      <Tabs label="Views of runs" tabs={tabs} current={tab} />
      <div className="mb-3 grid gap-3">
        <FilterBar filter={filter} onChange={change} />
        {tab === 'list' && <StateCounts filter={filter} onChange={change} />}
      </div>
      {tab === 'timeline' ? <TimelineView filter={filter} onChange={change} /> : <ListView filter={filter} onChange={change} />}
    </>
  )
}

interface ViewProps {
  filter: RunSearch
  onChange: (filter: RunSearch) => void
}

function TimelineView({ filter, onChange }: ViewProps) {
  const ranged = { ...filter, from: filter.from ?? USUAL_SPAN }
  const query = useInfiniteQuery({ ...runsQuery(() => filterOf(ranged), 500, ['timeline', ranged]), refetchInterval: 15_000 })
  useReadAnew(query.data?.pages.flatMap((page) => page.runs))
  return (
    <section className="panel" aria-label="Timeline of runs">
      <Load query={query} what="the runs" lines={8}>
        {({ pages }) => {
          const runs = pages.flatMap((page) => page.runs)
          if (runs.length === 0) return <NoRuns filter={ranged} onChange={onChange} />
          return <Timeline runs={runs} from={momentOf(ranged.from)} to={ranged.to === undefined ? null : momentOf(ranged.to)} />
        }}
      </Load>
      {query.hasNextPage && (
        <p className="border-t border-line px-4 py-2 text-text-2">
          Only the newest of these runs are drawn.{' '}
          <button type="button" className="link" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Load 500 more
          </button>
        </p>
      )}
    </section>
  )
}

function ListView({ filter, onChange }: ViewProps) {
  const query = useInfiniteQuery({ ...runsQuery(() => filterOf(filter), 50, filter), refetchInterval: pollWhilePaused })
  const runs = query.data?.pages.flatMap((page) => page.runs)
  const fresh = useNewRuns(runs?.map((run) => run.id))
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const show = () => void queryClient.resetQueries({ queryKey: ['runs', 'list'] }).then(fresh.clear)
  const picked = runs?.filter(({ id }) => chosen.has(id)) ?? []
  return (
    <>
      {fresh.ids.length > 0 && (
        <button type="button" className="btn mb-3" onClick={show}>
          {fresh.ids.length === 1 ? 'A new run' : `${fresh.ids.length} new runs`} · Show
        </button>
      )}
      <section className="panel" aria-label="Runs">
        {picked.length > 0 && <BulkBar runs={picked} onDone={() => setChosen(new Set())} />}
        <Load query={query} what="the runs" lines={8}>
          {() =>
            runs === undefined || runs.length === 0 ? (
              <NoRuns filter={filter} onChange={onChange} />
            ) : (
              <RunsList
                runs={runs}
                label={filter.tab === 'dead' ? 'Runs that gave up, newest first' : 'Runs, newest first'}
                chosen={chosen}
                onChoose={setChosen}
              />
            )
          }
        </Load>
      </section>
      {filter.tab === 'dead' && (
        <p className="mt-3 text-text-2">
          Rows that were refused one by one are in{' '}
          <a className="link" href="/quality?tab=quarantine">
            quarantine
          </a>
          .
        </p>
      )}
      {query.hasNextPage && (
        <button type="button" className="btn mt-3" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {query.isFetchingNextPage ? 'Loading' : 'Load 50 more'}
        </button>
      )}
    </>
  )
}

/** Runs that were started after the list was read; they wait behind a button, so that rows do not move under the pointer. */
function useNewRuns(known: string[] | undefined): { ids: string[]; clear: () => void } {
  const [ids, setIds] = useState<string[]>([])
  useEffect(() => onRunEvent((run) => setIds((old) => (old.includes(run.id) ? old : [...old, run.id]))), [])
  return { ids: known === undefined ? [] : ids.filter((id) => !known.includes(id)), clear: () => setIds([]) }
}

/** A picture may change under the pointer: a new run is drawn as soon as it is heard of. */
function useReadAnew(known: Run[] | undefined): void {
  useEffect(
    () =>
      onRunEvent((run) => {
        if (known !== undefined && !known.some(({ id }) => id === run.id))
          void queryClient.invalidateQueries({ queryKey: ['runs', 'list'], refetchType: 'active' })
      }),
    [known],
  )
}
