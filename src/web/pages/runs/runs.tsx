import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { RunState } from '../../../contract/runs.ts'
import { Empty } from '../../components/empty.tsx'
import { Select } from '../../components/field.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Load } from '../../components/panel.tsx'
import { RunsTable } from '../../components/runs-table.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { RUN_MARKS } from '../../components/status-badge.tsx'
import { queryClient, runsQuery } from '../../state/api.ts'
import { onRunEvent, pollWhilePaused } from '../../state/live.ts'

const route = getRouteApi('/inside/runs')
const STATES = Object.entries(RUN_MARKS).map(([value, { word }]) => ({ value: value as RunState, label: word }))

/** What is running, what failed? */
export function Runs() {
  const filter = route.useSearch()
  const navigate = useNavigate({ from: '/runs' })
  const query = useInfiniteQuery({ ...runsQuery(filter), refetchInterval: pollWhilePaused })
  const runs = query.data?.pages.flatMap((page) => page.runs)
  const fresh = useNewRuns(runs?.map((run) => run.id))
  const filtered = filter.state !== undefined || filter.pipeline !== undefined
  const show = () => void queryClient.resetQueries({ queryKey: ['runs', 'list'] }).then(fresh.clear)
  return (
    <>
      <PageHeader title="Runs" documentTitle="Runs" />
      <div className="mb-3 flex flex-wrap items-end gap-3">
        <Select
          compact
          label="State"
          value={filter.state ?? 'all'}
          options={[{ value: 'all', label: 'All' }, ...STATES]}
          onChange={(state) => void navigate({ search: { ...filter, state: state === 'all' ? undefined : state } })}
        />
        <SearchBox
          label="Pipeline"
          placeholder="exact name"
          value={filter.pipeline}
          onChange={(pipeline) => void navigate({ search: { ...filter, pipeline } })}
        />
        {fresh.ids.length > 0 && (
          <button type="button" className="btn" onClick={show}>
            {fresh.ids.length === 1 ? 'A new run' : `${fresh.ids.length} new runs`} · Show
          </button>
        )}
      </div>
      <section className="panel" aria-label="Runs">
        <Load query={query} what="the runs" lines={8}>
          {() =>
            runs === undefined || runs.length === 0 ? (
              filtered ? (
                <Empty
                  kind="filtered"
                  action={
                    <button type="button" className="btn" onClick={() => void navigate({ search: {} })}>
                      Clear filter
                    </button>
                  }
                >
                  No run {filter.pipeline !== undefined && `of ${filter.pipeline} `}
                  {filter.state !== undefined && `is ${RUN_MARKS[filter.state].word.toLowerCase()}`}.
                </Empty>
              ) : (
                <Empty
                  kind="first-use"
                  action={
                    <a href="/uploads/new" className="btn">
                      Upload file
                    </a>
                  }
                >
                  Every run will stand here with its steps, rows and result. Upload a file to start the first.
                </Empty>
              )
            ) : (
              <RunsTable runs={runs} label="Runs, newest first" />
            )
          }
        </Load>
      </section>
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
