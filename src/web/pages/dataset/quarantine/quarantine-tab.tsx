import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Dataset } from '../../../../contract/datasets.ts'
import type { QuarantineEntry, QuarantineFilter, QuarantineSelection } from '../../../../contract/quarantine.ts'
import { Empty } from '../../../components/empty.tsx'
import { Select } from '../../../components/field.tsx'
import { Load, Panel } from '../../../components/panel.tsx'
import { SearchBox } from '../../../components/search-box.tsx'
import { formatCount } from '../../../format/count.ts'
import { pollWhilePaused } from '../../../state/live.ts'
import { quarantineGroupsQuery, quarantineRowsQuery } from '../../../state/quarantine-queries.ts'
import { useMay } from '../../../state/session.ts'
import { Acts } from './acts.tsx'
import { DiscardForm } from './discard-form.tsx'
import { FixForm } from './fix-form.tsx'
import { GroupsTable } from './groups-table.tsx'
import { QuarantineRows } from './quarantine-rows.tsx'
import { ROW_STATES, rowKey } from './words.ts'

const route = getRouteApi('/inside/datasets/$name')
const STATES: readonly { value: QuarantineEntry['state'] | ''; label: string }[] = [
  { value: '', label: 'Any' },
  ...Object.entries(ROW_STATES).map(([value, { word }]) => ({ value: value as QuarantineEntry['state'], label: word })),
]

/** Rows that were refused on the way into this dataset: why, and what to do with them. */
export function QuarantineTab({ dataset }: { dataset: Dataset }) {
  const query = useQuery({ ...quarantineGroupsQuery(dataset.name), refetchInterval: pollWhilePaused })
  return (
    <Load query={query} what="the quarantine" lines={5}>
      {(groups) =>
        groups.length === 0 ? (
          <section className="panel">
            <Empty kind="good">No row of this dataset was ever quarantined.</Empty>
          </section>
        ) : (
          <div className="grid grid-cols-1 gap-4">
            <Panel title="Why" aside={<span>{formatCount(groups.reduce((sum, { open }) => sum + open, 0))} open</span>}>
              <GroupsTable groups={groups} />
            </Panel>
            <Workbench dataset={dataset} />
            <Acts dataset={dataset.name} />
          </div>
        )
      }
    </Load>
  )
}

function Workbench({ dataset }: { dataset: Dataset }) {
  const { batch, state, reason, column } = route.useSearch()
  const navigate = useNavigate({ from: '/datasets/$name' })
  const mayRead = useMay('datasets.read_raw')
  const [q, setQ] = useState<string>()
  const [chosen, setChosen] = useState<ReadonlyMap<string, QuarantineEntry>>(new Map())
  const [doing, setDoing] = useState<'fix' | 'discard'>()
  const filter: QuarantineFilter = { batch, reason, column, q }
  const query = useInfiniteQuery({ ...quarantineRowsQuery(dataset.name, state, filter), placeholderData: (last) => last })
  const rows = query.data?.pages.flatMap((page) => page.rows)
  const total = query.data?.pages[0]?.total
  const selection: QuarantineSelection =
    chosen.size > 0
      ? { dataset: dataset.name, rows: [...chosen.values()].map((entry) => ({ batch: entry.batch, row: entry.row })) }
      : { dataset: dataset.name, filter }
  const done = () => {
    setDoing(undefined)
    setChosen(new Map())
  }
  const toggle = (entry: QuarantineEntry) => {
    const next = new Map(chosen)
    if (!next.delete(rowKey(entry))) next.set(rowKey(entry), entry)
    setChosen(next)
  }
  const target = chosen.size > 0 ? `${formatCount(chosen.size)} chosen` : 'all open that match'
  return (
    <Panel title="Rows" aside={total !== undefined && <span>{formatCount(total)} match</span>}>
      <div aria-busy={query.isPlaceholderData}>
        <div className="flex flex-wrap items-end justify-between gap-x-3 gap-y-2 border-b border-line px-4 py-3">
          <div className="flex flex-wrap items-end gap-x-3 gap-y-2">
            {mayRead && <SearchBox label="Search" placeholder="text in the row" value={q} onChange={setQ} />}
            <Select
              compact
              label="State"
              value={state ?? ''}
              options={STATES}
              onChange={(value) =>
                void navigate({ search: (old) => ({ ...old, state: value === '' ? undefined : value }), resetScroll: false })
              }
            />
            {(reason !== undefined || column !== undefined || batch !== undefined) && (
              <button
                type="button"
                className="btn"
                onClick={() =>
                  void navigate({
                    search: (old) => ({ ...old, reason: undefined, column: undefined, batch: undefined }),
                    resetScroll: false,
                  })
                }
              >
                Clear filter
              </button>
            )}
          </div>
          <ActButtons target={target} isEmpty={rows === undefined || rows.length === 0} onDo={setDoing} />
        </div>
        <Load query={query} what="the quarantined rows" lines={6}>
          {() =>
            rows === undefined || rows.length === 0 ? (
              <Empty kind="filtered">No quarantined row fits.</Empty>
            ) : (
              <QuarantineRows rows={rows} chosen={chosen} onToggle={toggle} />
            )
          }
        </Load>
        {query.hasNextPage && (
          <p className="flex items-center gap-3 border-t border-line px-4 py-3 text-cell text-text-3">
            <button type="button" className="btn" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {query.isFetchingNextPage ? 'Loading' : 'Load more'}
            </button>
          </p>
        )}
      </div>
      {doing === 'fix' && (
        <FixForm selection={selection} target={target} single={chosen.size === 1 ? [...chosen.values()][0] : undefined} onClose={done} />
      )}
      {doing === 'discard' && <DiscardForm selection={selection} target={target} onClose={done} />}
    </Panel>
  )
}

function ActButtons(props: { target: string; isEmpty: boolean; onDo: (what: 'fix' | 'discard') => void }) {
  const may = useMay('quarantine.edit')
  const why = may ? undefined : 'Your role does not include working on quarantined rows'
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="text-label text-text-3">{props.target}:</span>
      <button type="button" className="btn btn-primary" disabled={!may || props.isEmpty} title={why} onClick={() => props.onDo('fix')}>
        Fix and replay
      </button>
      <button type="button" className="btn" disabled={!may || props.isEmpty} title={why} onClick={() => props.onDo('discard')}>
        Discard
      </button>
    </div>
  )
}
