import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Empty } from '../../components/empty.tsx'
import { FlowGraph } from '../../components/flow-graph.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Load } from '../../components/panel.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { pipelinesQuery } from '../../state/api.ts'
import { graphQuery } from '../../state/pipeline-queries.ts'
import { schedulesQuery } from '../schedules/schedule-queries.ts'
import { PipelinesTable } from './pipelines-table.tsx'

const RENEW_MS = 15_000
const route = getRouteApi('/inside/pipelines')
const TABS = [
  { id: 'list', label: 'Pipelines' },
  { id: 'graph', label: 'Whole platform' },
] as const

/** What does each pipeline do, and how is it? */
export function Pipelines() {
  const { tab = 'list' } = route.useSearch()
  return (
    <>
      <PageHeader title="Pipelines" documentTitle="Pipelines" />
      <Tabs tabs={TABS} current={tab} label="Parts of this page" />
      {tab === 'list' ? <List /> : <Whole />}
    </>
  )
}

function List() {
  const query = useQuery({ ...pipelinesQuery, refetchInterval: RENEW_MS })
  const schedules = useQuery(schedulesQuery)
  return (
    <section className="panel" aria-label="Pipelines">
      <Load query={query} what="the pipelines" lines={6}>
        {(pipelines) =>
          pipelines.length === 0 ? (
            <Empty kind="first-use">
              No pipeline yet. Write one as <code className="font-mono">pipelines/NAME.yaml</code> and run{' '}
              <code className="font-mono">atlas apply</code>; a saved source needs none to be read.
            </Empty>
          ) : (
            <PipelinesTable pipelines={pipelines} schedules={schedules.data ?? null} />
          )
        }
      </Load>
    </section>
  )
}

function Whole() {
  const query = useQuery({ ...graphQuery(), refetchInterval: RENEW_MS })
  return (
    <section className="panel" aria-label="Whole platform">
      <Load query={query} what="the graph" lines={6}>
        {(graph) => <FlowGraph graph={graph} label="Sources and datasets of the whole platform" />}
      </Load>
    </section>
  )
}
