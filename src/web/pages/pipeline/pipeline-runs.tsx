import { useInfiniteQuery } from '@tanstack/react-query'
import { Empty } from '../../components/empty.tsx'
import { Load } from '../../components/panel.tsx'
import { RunsTable } from '../../components/runs-table.tsx'
import { runsQuery } from '../../state/api.ts'
import { pollWhilePaused } from '../../state/live.ts'

/** Runs of one pipeline, the newest first. */
export function PipelineRuns({ name }: { name: string }) {
  const query = useInfiniteQuery({ ...runsQuery({ pipeline: name }), refetchInterval: pollWhilePaused })
  const runs = query.data?.pages.flatMap((page) => page.runs) ?? []
  return (
    <>
      <section className="panel" aria-label={`Runs of ${name}`}>
        <Load query={query} what="the runs" lines={6}>
          {() =>
            runs.length === 0 ? (
              <Empty kind="first-use">It has never run.</Empty>
            ) : (
              <RunsTable runs={runs} label={`Runs of ${name}, newest first`} />
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
