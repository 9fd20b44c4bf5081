import { type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { QualityOverview } from '../../../contract/quality-overview.ts'
import { Empty } from '../../components/empty.tsx'
import { Num } from '../../components/num.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { AsOf, Load, Panel } from '../../components/panel.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { formatCount } from '../../format/count.ts'
import { pollWhilePaused } from '../../state/live.ts'
import { overviewNumbers } from '../../state/quality-numbers.ts'
import { type ScorecardFilter, scorecardQuery } from '../../state/quality-queries.ts'
import { Figures } from './figures.tsx'
import { Filters } from './filters.tsx'
import { LayersTable } from './layers-table.tsx'
import { QuarantineOverviewPanel } from './quarantine-overview.tsx'
import { ScorecardTable } from './scorecard-table.tsx'

const route = getRouteApi('/inside/quality')
const TABS = [
  { id: 'scorecard', label: 'Scorecard' },
  { id: 'quarantine', label: 'Quarantine' },
] as const

/** What is failing, and where is nothing checked? */
export function Quality() {
  const { tab, ...filter } = route.useSearch()
  const query = useInfiniteQuery({ ...scorecardQuery(filter), refetchInterval: pollWhilePaused, placeholderData: (last) => last })
  const overview = query.data?.pages[0]
  return (
    <>
      <PageHeader
        title="Quality"
        documentTitle={tab === 'quarantine' ? 'Quarantine · Quality' : 'Quality'}
        line={overview !== undefined && !query.isError && overview.total > 0 && <Sum overview={overview} />}
      />
      <Tabs label="Parts of the page" tabs={TABS} current={tab ?? 'scorecard'} />
      {tab === 'quarantine' ? <QuarantineOverviewPanel /> : <Parts query={query} filter={filter} />}
    </>
  )
}

function Parts({ query, filter }: { query: UseInfiniteQueryResult<{ pages: QualityOverview[] }>; filter: ScorecardFilter }) {
  const overview = query.data?.pages[0]
  const aside = overview !== undefined && <AsOf at={overview.asOf} />
  return (
    <>
      <div className="grid grid-cols-1 gap-4">
        <Panel title="Rules" aside={aside}>
          <Load query={query} what="the outcomes" lines={2}>
            {() => overview !== undefined && (overview.total === 0 ? <Nothing filter={filter} /> : <Figures overview={overview} />)}
          </Load>
        </Panel>
        <Scorecard query={query} filter={filter} />
        {(overview === undefined || overview.total > 0) && (
          <Panel title="Layers" aside={aside}>
            <Load query={query} what="the layers" lines={3}>
              {() => overview !== undefined && <LayersTable overview={overview} />}
            </Load>
          </Panel>
        )}
      </div>
    </>
  )
}

/** `41 rules: 37 passing · 1 over limit · 1 failing`, each outcome counted apart. */
function Sum({ overview }: { overview: QualityOverview }) {
  const numbers = overviewNumbers(overview)
  const parts = [
    ['passed', 'passing'],
    ['warned', 'over limit'],
    ['failed', 'failing'],
    ['error', 'could not run'],
    ['notRun', 'not run'],
  ] as const
  return (
    <>
      <span>
        <Num m={numbers.rules} label="declared rules" /> declared {numbers.rules.s === 'ok' && numbers.rules.v === 1 ? 'rule' : 'rules'}
      </span>
      {parts.map(([key, word]) => {
        const m = numbers[key]
        if (m.s !== 'ok' || m.v === 0) return null
        return (
          <span key={key}>
            <Num m={m} label={`rules ${word}`} /> {word}
          </span>
        )
      })}
    </>
  )
}

function Scorecard({ query, filter }: { query: UseInfiniteQueryResult<{ pages: QualityOverview[] }>; filter: ScorecardFilter }) {
  const rows = query.data?.pages.flatMap((page) => page.datasets)
  const first = query.data?.pages[0]
  return (
    <Panel title="Datasets" aside={first !== undefined && <span>{formatCount(first.total)} match</span>}>
      <div aria-busy={query.isPlaceholderData}>
        {query.data !== undefined && <Filters filter={filter} />}
        <Load query={query} what="the scorecard" lines={8}>
          {() =>
            first === undefined || rows === undefined || rows.length === 0 ? (
              <Nothing filter={filter} />
            ) : (
              <ScorecardTable rows={rows} asOf={first.asOf} />
            )
          }
        </Load>
        {query.hasNextPage && (
          <p className="flex items-center gap-3 border-t border-line px-4 py-3 text-cell text-text-3">
            <button type="button" className="btn" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {query.isFetchingNextPage ? 'Loading' : 'Load more'}
            </button>
            {rows !== undefined && first !== undefined && `${formatCount(rows.length)} of ${formatCount(first.total)} shown`}
          </p>
        )}
      </div>
    </Panel>
  )
}

function Nothing({ filter }: { filter: ScorecardFilter }) {
  const navigate = useNavigate({ from: '/quality' })
  const { sort: _, ...narrowing } = filter
  if (Object.values(narrowing).every((value) => value === undefined))
    return (
      <Empty
        kind="first-use"
        action={
          <a href="/uploads/new" className="btn">
            Upload file
          </a>
        }
      >
        What runs measure stands here, once one has published a dataset.
      </Empty>
    )
  return (
    <Empty
      kind="filtered"
      action={
        <button type="button" className="btn" onClick={() => void navigate({ search: {}, resetScroll: false })}>
          Clear filter
        </button>
      }
    >
      No dataset fits.
    </Empty>
  )
}
