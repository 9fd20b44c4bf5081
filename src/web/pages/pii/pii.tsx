import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { PiiOverview } from '../../../contract/pii-review.ts'
import { Empty } from '../../components/empty.tsx'
import { Num } from '../../components/num.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { AsOf, Load, Panel } from '../../components/panel.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { formatCount } from '../../format/count.ts'
import { pollWhilePaused } from '../../state/live.ts'
import { piiNumbers, piiReceipt } from '../../state/pii-numbers.ts'
import { piiOverviewQuery } from '../../state/pii-queries.ts'
import { AnonymityPanel } from './anonymity-panel.tsx'
import { ExposedTable } from './exposed-table.tsx'
import { Figures } from './figures.tsx'
import { FindingDrawer } from './finding-drawer.tsx'
import { FindingsPanel } from './findings-panel.tsx'
import { KindsOverTime } from './kinds-over-time.tsx'
import { KindsTable } from './kinds-table.tsx'
import { NotLookedAt } from './not-looked-at.tsx'
import { PolicyTab } from './policy-tab.tsx'

const route = getRouteApi('/inside/pii')
const TABS = [
  { id: 'findings', label: 'Findings' },
  { id: 'policy', label: 'Policy' },
] as const

/** Where is personal data, is it handled, what was not looked at? */
export function Pii() {
  const { tab, sel } = route.useSearch()
  const query = useQuery({ ...piiOverviewQuery, refetchInterval: pollWhilePaused })
  const current = tab ?? 'findings'
  const asOf = new Date(query.dataUpdatedAt).toISOString()
  const overview = query.isError ? undefined : query.data
  return (
    <>
      <PageHeader
        title="Personal data"
        documentTitle={current === 'policy' ? 'Policy · Personal data' : 'Personal data'}
        line={
          overview !== undefined &&
          overview.datasets.total > 0 && (
            <span>
              Looked into <Num m={piiNumbers(overview, asOf).classified} label="datasets that were looked into" /> of{' '}
              {formatCount(overview.datasets.total)} published datasets
            </span>
          )
        }
      />
      <Tabs label="Parts of the page" tabs={TABS} current={current} />
      {current === 'policy' ? <PolicyTab /> : <Findings query={query} asOf={asOf} />}
      {sel !== undefined && <FindingDrawer sel={sel} />}
    </>
  )
}

function Findings({ query, asOf }: { query: UseQueryResult<PiiOverview>; asOf: string }) {
  const aside = query.data !== undefined && <AsOf at={asOf} />
  return (
    <>
      {query.data !== undefined && !query.isError && <NotLookedAt overview={query.data} />}
      <div className="grid grid-cols-1 gap-4">
        <Panel title="In all" aside={aside}>
          <Load query={query} what="the totals" lines={2}>
            {(overview) =>
              overview.datasets.classified === 0 ? <Never overview={overview} /> : <Figures overview={overview} asOf={asOf} />
            }
          </Load>
        </Panel>
        {(query.data === undefined || query.data.datasets.classified > 0) && (
          <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[19fr_21fr]">
            <Panel title="By kind" aside={aside}>
              <Load query={query} what="the kinds" lines={6}>
                {(overview) => <KindsTable overview={overview} receipt={piiReceipt(overview, asOf)} />}
              </Load>
            </Panel>
            <Panel title="As it came, in reach of whom" aside={aside}>
              <Load query={query} what="who can read it" lines={6}>
                {(overview) => <ExposedTable overview={overview} receipt={piiReceipt(overview, asOf)} />}
              </Load>
            </Panel>
          </div>
        )}
        <FindingsPanel overview={query.data} />
        {(query.data === undefined || query.data.datasets.total > 0) && <AnonymityPanel />}
        {(query.data === undefined || query.data.datasets.classified > 0) && (
          <Panel title="Over time" aside={aside}>
            <Load query={query} what="the days" lines={5}>
              {({ overTime }) => <KindsOverTime overTime={overTime} />}
            </Load>
          </Panel>
        )}
      </div>
    </>
  )
}

function Never({ overview }: { overview: PiiOverview }) {
  return overview.datasets.total === 0 ? (
    <Empty
      kind="first-use"
      action={
        <a href="/uploads/new" className="btn">
          Upload file
        </a>
      }
    >
      Personal data that runs find stands here, once one has published a dataset.
    </Empty>
  ) : (
    <Empty kind="never-measured">
      Not measured: no published dataset was looked into. Each run looks for personal data on its way to chart.
    </Empty>
  )
}
