import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { DatasetSummary } from '../../../contract/datasets.ts'
import type { Layer } from '../../../contract/names.ts'
import { Empty } from '../../components/empty.tsx'
import { Select } from '../../components/field.tsx'
import { Num } from '../../components/num.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Load } from '../../components/panel.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { formatCount } from '../../format/count.ts'
import { all } from '../../measured.ts'
import { datasetsQuery } from '../../state/api.ts'
import { pollWhilePaused } from '../../state/live.ts'
import { DatasetsTable } from './datasets-table.tsx'

const route = getRouteApi('/inside/datasets')
const LAYERS: { value: Layer | 'all'; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'explore', label: 'explore' },
  { value: 'chart', label: 'chart' },
  { value: 'navigate', label: 'navigate' },
]

/** Where is the data about X? */
export function Datasets() {
  const filter = route.useSearch()
  const navigate = useNavigate({ from: '/datasets' })
  const query = useInfiniteQuery({ ...datasetsQuery(filter), refetchInterval: pollWhilePaused, placeholderData: (last) => last })
  const datasets = query.data?.pages.flatMap((page) => page.datasets)
  const total = query.data?.pages[0]?.total
  const asOf = new Date(query.dataUpdatedAt).toISOString()
  return (
    <>
      <PageHeader
        title="Datasets"
        documentTitle="Datasets"
        line={
          total !== undefined && (
            <span>
              <Num
                m={{ s: 'ok', v: total, asOf, scope: all(total, 'datasets'), src: { kind: 'query', id: 'GET /api/v1/datasets' } }}
                label="datasets that match"
              />{' '}
              {total === 1 ? 'dataset' : 'datasets'}
            </span>
          )
        }
      />
      <div className="mb-3 flex flex-wrap items-end gap-3">
        <SearchBox
          label="Search"
          placeholder="part of a name"
          value={filter.q}
          onChange={(q) => void navigate({ search: { ...filter, q }, replace: true })}
        />
        <Select
          compact
          label="Layer"
          value={filter.layer ?? 'all'}
          options={LAYERS}
          onChange={(layer) => void navigate({ search: { ...filter, layer: layer === 'all' ? undefined : layer } })}
        />
      </div>
      <section className="panel" aria-label="Datasets" aria-busy={query.isPlaceholderData}>
        <Load query={query} what="the datasets" lines={8}>
          {() =>
            datasets === undefined || datasets.length === 0 ? (
              <NoDatasets filter={filter} onClear={() => void navigate({ search: {} })} />
            ) : (
              <DatasetsTable datasets={datasets} />
            )
          }
        </Load>
      </section>
      {query.hasNextPage && (
        <p className="mt-3 flex items-center gap-3 text-cell text-text-3">
          <button type="button" className="btn" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {query.isFetchingNextPage ? 'Loading' : 'Load 100 more'}
          </button>
          {shownOf(datasets, total)}
        </p>
      )}
    </>
  )
}

function shownOf(datasets: DatasetSummary[] | undefined, total: number | undefined): string {
  return datasets === undefined || total === undefined ? '' : `${formatCount(datasets.length)} of ${formatCount(total)} shown`
}

function NoDatasets({ filter, onClear }: { filter: { q?: string | undefined; layer?: Layer | undefined }; onClear: () => void }) {
  if (filter.q === undefined && filter.layer === undefined) {
    return (
      <Empty
        kind="first-use"
        action={
          <a href="/uploads/new" className="btn">
            Upload file
          </a>
        }
      >
        Tables stand here once a run has published them.
      </Empty>
    )
  }
  return (
    <Empty
      kind="filtered"
      action={
        <button type="button" className="btn" onClick={onClear}>
          Clear filter
        </button>
      }
    >
      No dataset {filter.layer !== undefined && `in ${filter.layer} `}
      {filter.q !== undefined && `has “${filter.q}” in its name`}.
    </Empty>
  )
}
