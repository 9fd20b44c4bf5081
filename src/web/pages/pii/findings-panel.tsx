import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import type { Entity } from '../../../contract/entities.ts'
import type { Layer } from '../../../contract/names.ts'
import type { PiiAction } from '../../../contract/pii.ts'
import type { PiiOverview, ReviewedFinding } from '../../../contract/pii-review.ts'
import { Empty } from '../../components/empty.tsx'
import { Select } from '../../components/field.tsx'
import { Num } from '../../components/num.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { SearchBox } from '../../components/search-box.tsx'
import { formatCount } from '../../format/count.ts'
import { saveText, toCsv } from '../../format/csv.ts'
import { ACTION_NAMES, entityName } from '../../format/pii-words.ts'
import { pollWhilePaused } from '../../state/live.ts'
import { type FindingFilter, allFindings, piiFindingsQuery } from '../../state/pii-queries.ts'
import { FindingsTable } from './findings-table.tsx'
import { DecisionsButton } from './decisions-button.tsx'
import { CSV_HEADER, STATES, csvRow } from './words.ts'

const route = getRouteApi('/inside/pii')
const LAYERS = [
  { value: '', label: 'All' },
  { value: 'explore', label: 'explore' },
  { value: 'chart', label: 'chart' },
  { value: 'navigate', label: 'navigate' },
] as const satisfies { value: Layer | ''; label: string }[]
const DECISIONS = [
  { value: '', label: 'All' },
  ...Object.entries(STATES).map(([value, { word }]) => ({ value: value as ReviewedFinding['state'], label: word })),
]
const ACTIONS = [
  { value: '', label: 'All' },
  ...Object.entries(ACTION_NAMES).map(([value, label]) => ({ value: value as PiiAction, label })),
]

/** Every finding, one a line, with what was done and decided; narrowed by the address. */
export function FindingsPanel({ overview }: { overview: PiiOverview | undefined }) {
  const { q, class: entity, decision: state, layer, action } = route.useSearch()
  const filter: FindingFilter = { q, entity: entity as Entity | undefined, state, layer, action }
  const query = useInfiniteQuery({ ...piiFindingsQuery(filter), refetchInterval: pollWhilePaused, placeholderData: (last) => last })
  const findings = query.data?.pages.flatMap((page) => page.findings)
  const total = query.data?.pages[0]?.total
  return (
    <Panel
      title="Findings"
      aside={
        total !== undefined && (
          <>
            <span>
              {total === 0 ? (
                'none match'
              ) : (
                <>
                  <Num
                    m={{
                      s: 'ok',
                      v: total,
                      asOf: new Date(query.dataUpdatedAt).toISOString(),
                      scope: { rows: total, of: total, how: 'full', unit: 'columns' },
                      src: { kind: 'query', id: 'GET /api/v1/pii/findings' },
                    }}
                    label="findings that match"
                  />{' '}
                  {total === 1 ? 'finding' : 'findings'}
                </>
              )}
            </span>
            <CsvButton filter={filter} disabled={total === 0} />
            <DecisionsButton />
          </>
        )
      }
    >
      <div id="findings" aria-busy={query.isPlaceholderData}>
        <Filters filter={filter} overview={overview} />
        <Load query={query} what="the findings" lines={8}>
          {() =>
            findings === undefined || findings.length === 0 ? (
              <NoFindings filter={filter} overview={overview} />
            ) : (
              <FindingsTable findings={findings} asOf={new Date(query.dataUpdatedAt).toISOString()} />
            )
          }
        </Load>
        {query.hasNextPage && (
          <p className="flex items-center gap-3 border-t border-line px-4 py-3 text-cell text-text-3">
            <button type="button" className="btn" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {query.isFetchingNextPage ? 'Loading' : 'Load more'}
            </button>
            {findings !== undefined && total !== undefined && `${formatCount(findings.length)} of ${formatCount(total)} shown`}
          </p>
        )}
      </div>
    </Panel>
  )
}

function Filters({ filter, overview }: { filter: FindingFilter; overview: PiiOverview | undefined }) {
  const navigate = useNavigate({ from: '/pii' })
  const set = (
    part: {
      q?: string | undefined
      class?: string | undefined
      decision?: string | undefined
      layer?: string | undefined
      action?: string | undefined
    },
    replace = false,
  ) => void navigate({ search: (old) => ({ ...old, ...part }) as never, replace, resetScroll: false })
  const known = [
    ...new Set([...(overview?.byEntity.map(({ entity }) => entity) ?? []), ...(filter.entity === undefined ? [] : [filter.entity])]),
  ]
  const kinds = known.map((value) => ({ value, label: entityName(value) })).toSorted((a, b) => (a.label < b.label ? -1 : 1))
  return (
    <div className="flex flex-wrap items-end gap-x-3 gap-y-2 border-b border-line px-4 py-3 [&_select]:max-w-40">
      <SearchBox label="Search" placeholder="dataset or column" value={filter.q} onChange={(q) => set({ q }, true)} />
      <Select
        compact
        label="Decision"
        value={filter.state ?? ''}
        options={DECISIONS}
        onChange={(value) => set({ decision: value === '' ? undefined : value })}
      />
      <Select
        compact
        label="Kind"
        value={filter.entity ?? ''}
        options={[{ value: '', label: 'All' }, ...kinds]}
        onChange={(value) => set({ class: value === '' ? undefined : value })}
      />
      <Select
        compact
        label="Layer"
        value={filter.layer ?? ''}
        options={LAYERS}
        onChange={(value) => set({ layer: value === '' ? undefined : value })}
      />
      <Select
        compact
        label="Done"
        value={filter.action ?? ''}
        options={ACTIONS}
        onChange={(value) => set({ action: value === '' ? undefined : value })}
      />
    </div>
  )
}

function NoFindings({ filter, overview }: { filter: FindingFilter; overview: PiiOverview | undefined }) {
  const navigate = useNavigate({ from: '/pii' })
  if (Object.values(filter).some((value) => value !== undefined))
    return (
      <Empty
        kind="filtered"
        action={
          <button type="button" className="btn" onClick={() => void navigate({ search: {}, resetScroll: false })}>
            Clear filter
          </button>
        }
      >
        No finding fits{filter.q !== undefined && ` “${filter.q}”`}
        {filter.entity !== undefined && ` ${entityName(filter.entity)}`}
        {filter.state !== undefined && ` ${STATES[filter.state].word.toLowerCase()}`}
        {filter.layer !== undefined && ` in ${filter.layer}`}
        {filter.action !== undefined && ` ${ACTION_NAMES[filter.action].toLowerCase()}`}.
      </Empty>
    )
  if (overview === undefined || overview.datasets.classified === 0)
    return <Empty kind="never-measured">Not measured: each run looks for personal data on its way to chart, and none has yet.</Empty>
  return <Empty kind="good">None found in the {formatCount(overview.datasets.classified)} datasets that were looked at.</Empty>
}

function CsvButton({ filter, disabled }: { filter: FindingFilter; disabled: boolean }) {
  const save = useMutation({
    mutationFn: async () => {
      const findings = await allFindings(filter)
      saveText(toCsv(CSV_HEADER, findings.map(csvRow)), 'personal-data.csv', 'text/csv;charset=utf-8')
    },
  })
  return (
    <>
      <button
        type="button"
        className="btn"
        disabled={disabled || save.isPending}
        title="The findings that match, as CSV; no values of rows"
        onClick={() => save.mutate()}
      >
        <Download size={14} aria-hidden /> {save.isPending ? 'Collecting' : 'CSV'}
      </button>
      {save.isError && <ProblemView error={save.error} what="No file was made" />}
    </>
  )
}
