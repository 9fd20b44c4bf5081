import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { Dataset, RowPage } from '../../../contract/datasets.ts'
import { CellValue } from '../../components/cell-value.tsx'
import { Empty } from '../../components/empty.tsx'
import { Load } from '../../components/panel.tsx'
import { Table } from '../../components/table.tsx'
import { formatCount } from '../../format/count.ts'
import { rowsQuery } from '../../state/api.ts'

const route = getRouteApi('/inside/datasets/$name')
const PAGE = 100
const RIGHT = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL|DOUBLE|FLOAT|REAL)\b/

/** Rows exactly as stored, sorted and paged by the server. */
export function RowsTab({ dataset }: { dataset: Dataset }) {
  const { at, sort, offset = 0 } = route.useSearch()
  const query = useQuery(rowsQuery(dataset.name, { snapshot: at, offset, limit: PAGE, sort }))
  return (
    <section className="panel" aria-label="Rows" aria-busy={query.isPlaceholderData}>
      <Load query={query} what="the rows" lines={10}>
        {(page) =>
          page.total === 0 ? (
            <Empty kind="good">This snapshot has no rows. It was measured, and holds none.</Empty>
          ) : (
            <Rows page={page} sort={sort} offset={offset} stale={query.isPlaceholderData} />
          )
        }
      </Load>
    </section>
  )
}

function Rows({ page, sort, offset, stale }: { page: RowPage; sort: string | undefined; offset: number; stale: boolean }) {
  const navigate = useNavigate({ from: '/datasets/$name' })
  const go = (next: { sort?: string | undefined; offset?: number | undefined }) =>
    void navigate({ search: (old) => ({ ...old, ...next }), resetScroll: false })
  const last = offset + page.rows.length
  return (
    <div className={stale ? 'opacity-60' : ''}>
      <Table
        label="Rows"
        maxHeight={640}
        head={
          <tr>
            {page.columns.map(({ name, type }, index) => (
              <SortHead
                key={name}
                name={name}
                type={type}
                sort={sort}
                pinned={index === 0}
                onSort={(next) => go({ sort: next, offset: undefined })}
              />
            ))}
          </tr>
        }
      >
        {page.rows.map((row, index) => (
          <tr key={offset + index}>
            {row.map((value, column) => (
              <td key={column} className={`${column === 0 ? 'pin' : ''} ${RIGHT.test(page.columns[column]!.type) ? 'right' : ''}`}>
                <CellValue value={value} />
              </td>
            ))}
          </tr>
        ))}
      </Table>
      <footer className="flex flex-wrap items-center justify-between gap-3 border-t border-line px-4 py-2 text-cell text-text-2">
        <span>
          rows {formatCount(offset + 1)} to {formatCount(last)} of {formatCount(page.total)}, snapshot{' '}
          <code className="font-mono">{page.snapshotId}</code>, values as stored
        </span>
        <span className="flex gap-2">
          <button
            type="button"
            className="btn"
            disabled={offset === 0}
            onClick={() => go({ offset: offset <= PAGE ? undefined : offset - PAGE })}
          >
            Previous {PAGE}
          </button>
          <button type="button" className="btn" disabled={last >= page.total} onClick={() => go({ offset: offset + PAGE })}>
            Next {PAGE}
          </button>
        </span>
      </footer>
    </div>
  )
}

function SortHead(props: {
  name: string
  type: string
  sort: string | undefined
  pinned: boolean
  onSort: (sort: string | undefined) => void
}) {
  const { name, type, sort, pinned, onSort } = props
  const state = sort === name ? 'ascending' : sort === `-${name}` ? 'descending' : 'none'
  const next = state === 'none' ? name : state === 'ascending' ? `-${name}` : undefined
  return (
    <th scope="col" aria-sort={state} className={`${pinned ? 'pin' : ''} ${RIGHT.test(type) ? 'right' : ''}`}>
      <button
        type="button"
        className="inline-flex min-h-6 items-center gap-1 font-medium hover:text-text"
        title={type}
        onClick={() => onSort(next)}
      >
        {name}
        {state === 'ascending' && <ArrowUp size={12} aria-hidden />}
        {state === 'descending' && <ArrowDown size={12} aria-hidden />}
      </button>
    </th>
  )
}
