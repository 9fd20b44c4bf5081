import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { Column, ColumnProfile, Dataset, Profile } from '../../../contract/datasets.ts'
import { ColumnDetail } from './column-detail.tsx'
import { Num } from '../../components/num.tsx'
import { AsOf, Load, Panel } from '../../components/panel.tsx'
import { actionName, entityName } from '../../format/pii-words.ts'
import { ProblemView } from '../../components/problem-view.tsx'
import { ShareBar } from '../../components/share-bar.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { formatFailRate } from '../../format/percent.ts'
import { type Measured, measured } from '../../measured.ts'
import { profileQuery } from '../../state/api.ts'
import { profileReceipt } from '../../state/dataset-numbers.ts'
import { problemState } from '../../state/problem-state.ts'

const route = getRouteApi('/inside/datasets/$name')

/** Columns with type, null share, distinct values and personal data; one opens to its profile. */
export function SchemaTab({ dataset }: { dataset: Dataset }) {
  const { column: selected, at } = route.useSearch()
  const profile = useQuery(profileQuery(dataset.name, at))
  const column = dataset.schema.find(({ name }) => name === selected)
  return (
    <div className={`grid items-start gap-4 ${column === undefined ? '' : 'xl:grid-cols-[minmax(0,1fr)_400px]'}`}>
      <Panel
        title="Columns"
        aside={
          profile.data && (
            <span>
              profile of all rows, <AsOf at={profile.data.profiledAt} />
            </span>
          )
        }
      >
        {profile.isError && (
          <ProblemView error={profile.error} what="Could not profile the columns" onRetry={() => void profile.refetch()} />
        )}
        <Columns dataset={dataset} profile={profile} selected={column?.name} />
      </Panel>
      {column !== undefined && (
        <Panel title={column.name} aside={<span className="font-mono">{column.type}</span>} className="xl:sticky xl:top-16">
          <Load query={profile} what={`the profile of ${column.name}`} lines={6}>
            {(data) => <ColumnDetail column={column} profile={data.columns.find(({ name }) => name === column.name)} whole={data} />}
          </Load>
        </Panel>
      )}
    </div>
  )
}

function Columns({ dataset, profile, selected }: { dataset: Dataset; profile: UseQueryResult<Profile>; selected: string | undefined }) {
  const described = dataset.schema.some(({ description }) => description !== null)
  return (
    <Table
      label={`Columns of ${dataset.name}`}
      head={
        <Heads
          of={[
            'Column',
            'Type',
            { name: 'Null', right: true },
            { name: 'Distinct', right: true },
            'Personal data',
            ...(selected === undefined ? ['In the source'] : []),
            ...(selected === undefined && described ? ['Description'] : []),
          ]}
        />
      }
    >
      {dataset.schema.map((column) => (
        <ColumnRow key={column.fieldId} column={column} dataset={dataset} query={profile} selected={selected} described={described} />
      ))}
    </Table>
  )
}

function ColumnRow({
  column,
  dataset,
  query,
  selected,
  described,
}: {
  column: Column
  dataset: Dataset
  query: UseQueryResult<Profile>
  selected: string | undefined
  described: boolean
}) {
  const navigate = useNavigate({ from: '/datasets/$name' })
  const own = query.data?.columns.find(({ name }) => name === column.name)
  const rows = query.data?.rows
  const receipt = query.data && profileReceipt(query.data)
  const figure = (pick: (profile: ColumnProfile) => number | null): Measured<number> | null => {
    if (query.isError) return problemState(query.error)
    return own === undefined || receipt === undefined ? null : measured(pick(own), receipt)
  }
  const isOpen = column.name === selected
  return (
    <tr aria-selected={isOpen}>
      <th scope="row" className="pin">
        <button
          type="button"
          className="text-left hover:underline"
          aria-expanded={isOpen}
          onClick={() => void navigate({ search: (old) => ({ ...old, column: isOpen ? undefined : column.name }), resetScroll: false })}
        >
          {column.name}
        </button>
      </th>
      <td className="font-mono text-text-2">{column.type}</td>
      <td className="right">
        <span className="inline-flex items-center gap-2">
          <Cell
            m={figure((profile) => profile.nulls)}
            label={`null share of ${column.name}`}
            as={(nulls) => (rows === undefined ? '' : formatFailRate(nulls, rows))}
            formula="null cells of all rows, rounded up"
          />
          {own !== undefined && rows !== undefined && rows > 0 && <ShareBar share={own.nulls / rows} />}
        </span>
      </td>
      <td className="right">
        {own?.withheld ? (
          <span className="text-text-3">withheld</span>
        ) : (
          <Cell
            m={figure((profile) => profile.distinct)}
            label={`distinct values of ${column.name}`}
            formula="exact count of distinct values"
          />
        )}
      </td>
      <td>
        {column.pii === null ? (
          <span className="text-text-3">{dataset.piiColumns === null ? 'not measured' : 'none found'}</span>
        ) : (
          <span>
            {entityName(column.pii.entity)}, {actionName(column.pii.action).toLowerCase()}
          </span>
        )}
      </td>
      {selected === undefined && <Written column={column} described={described} />}
    </tr>
  )
}

/** What people and the source call the column; in the open column's panel instead, when there is one. */
function Written({ column, described }: { column: Column; described: boolean }) {
  return (
    <>
      <td className="text-text-2">{column.source ?? <span className="text-text-3">made by SQL</span>}</td>
      {described && <td className="wrap min-w-40 text-text-2">{column.description ?? <span className="text-text-3">—</span>}</td>}
    </>
  )
}

/** A figure of the profile; still empty while the profile is on its way. */
function Cell({ m, label, as, formula }: { m: Measured<number> | null; label: string; as?: (value: number) => string; formula: string }) {
  if (m === null) return <span className="skeleton appear inline-block h-3 w-10 align-middle" />
  return <Num m={m} label={label} as={as ?? 'count'} formula={formula} />
}
