import { useMutation, useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import type { Policy } from '../../../contract/pii.ts'
import type { TriedPolicy } from '../../../contract/pii-tools.ts'
import { CellValue } from '../../components/cell-value.tsx'
import { Select } from '../../components/field.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { Table } from '../../components/table.tsx'
import { actionName, entityName } from '../../format/pii-words.ts'
import { client } from '../../state/api.ts'
import { useMay } from '../../state/session.ts'
import { withNewColumn } from './policy-draft.ts'
import { MADE_UP, type SampleRows } from './made-up-rows.ts'

/** Rows that are read of a dataset, and of those the ones that are shown: kinds are told by many values, people look at few. */
const READ = 100
const SHOWN = 5

interface Sample extends SampleRows {
  /** Name of the dataset without layer; undefined for made-up rows. */
  table: string | undefined
  id: number
}

/** What the policy on this page would do, saved or not: rows as they came and as they would be in chart. */
export function BeforeAfter({ policy, dataset }: { policy: Policy; dataset: string | undefined }) {
  const [sample, setSample] = useState<Sample>({ ...MADE_UP, table: undefined, id: 0 })
  const table = sample.table ?? dataset ?? 'table'
  const [chosen, setChosen] = useState<string>()
  // Only where the policy says something of new columns, and of rows that have the column.
  const added = policy.newColumns !== undefined && chosen !== undefined && sample.columns.includes(chosen) ? chosen : undefined
  const deferred = useDeferredValue(policy)
  const tried = added === undefined ? deferred : withNewColumn(deferred, table, added)
  const query = useQuery({
    // Rows of a dataset stand in no key: they are forgotten with the page.
    queryKey: ['try-policy', sample.id, table, tried],
    queryFn: ({ signal }) =>
      client.call('POST /pii/try-policy', { body: { policy: tried, table, columns: sample.columns, rows: sample.rows }, signal }),
    placeholderData: (last) => last,
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  })
  return (
    <Panel title="Before and after" aside={sample.table === undefined ? 'made-up rows' : `rows of explore.${sample.table}, as they came`}>
      <ChooseRows current={sample.table} onChoose={(rows, of) => setSample({ ...rows, table: of, id: sample.id + 1 })} />
      {policy.newColumns !== undefined && (
        <div className="border-b border-line px-4 py-2">
          <Select
            compact
            label="See as a new column"
            value={added ?? ''}
            options={[{ value: '', label: 'none' }, ...sample.columns.map((name) => ({ value: name, label: name }))]}
            onChange={(name) => setChosen(name === '' ? undefined : name)}
          />
        </div>
      )}
      <div aria-busy={query.isPlaceholderData} className={query.isPlaceholderData ? 'opacity-60' : ''}>
        <Load query={query} what="what the policy would do" lines={6}>
          {(answer) => <Rows sample={sample} answer={answer} />}
        </Load>
      </div>
      <p className="border-t border-line px-4 py-2 text-label text-text-3">
        Tokens are made with a key of this preview alone; those in chart look alike and are others. Nothing is written.
      </p>
    </Panel>
  )
}

function Rows({ sample, answer }: { sample: Sample; answer: TriedPolicy }) {
  return (
    <Table
      label="Rows before and after the policy"
      head={
        <tr>
          {sample.columns.map((name, index) => {
            const found = answer.findings.filter((finding) => finding.column === name)
            return (
              <th key={name} scope="col" className={index === 0 ? 'pin' : undefined}>
                <span className="block text-text">{name}</span>
                <span className="block font-normal text-text-3">
                  {found.length === 0
                    ? 'none found'
                    : found.map(({ entity, action }) => `${entityName(entity)}: ${actionName(action).toLowerCase()}`).join(' · ')}
                </span>
              </th>
            )
          })}
        </tr>
      }
    >
      {sample.rows.slice(0, SHOWN).map((row, at) => (
        // Rows have no key of their own; they never move.
        <tr key={at}>
          {sample.columns.map((name, index) => (
            <td key={name} className={`max-w-72 ${index === 0 ? 'pin' : ''}`}>
              <Cell before={row[index]!} after={afterOf(answer, at, name)} />
            </td>
          ))}
        </tr>
      ))}
    </Table>
  )
}

/** The value in chart; undefined where the policy leaves the column out. */
function afterOf(answer: TriedPolicy, row: number, column: string): string | null | undefined {
  const index = answer.columns.findIndex(({ name }) => name === column)
  return index === -1 ? undefined : answer.rows[row]?.[index]
}

function Cell({ before, after }: { before: string | null; after: string | null | undefined }) {
  return (
    <>
      <span className="block truncate text-text-3">
        <span className="sr-only">before </span>
        <CellValue value={before} />
      </span>
      <span className={`block truncate ${before === after ? '' : 'font-medium'}`} title={after ?? undefined}>
        <span className="sr-only">after </span>
        {after === undefined ? <span className="font-normal text-text-3">left out</span> : <CellValue value={after} />}
      </span>
    </>
  )
}

/** Made-up rows, or some of a dataset as they came in: that needs a right of its own, and is written to the audit log. */
function ChooseRows({
  current,
  onChoose,
}: {
  current: string | undefined
  onChoose: (rows: SampleRows, table: string | undefined) => void
}) {
  const may = useMay('datasets.read_raw')
  const [chosen, setChosen] = useState('')
  const read = useMutation({
    mutationFn: readRows,
    onSuccess: (rows, table) => onChoose(rows, table),
    gcTime: 0,
  })
  return (
    <div className="border-b border-line px-4 py-3">
      <div className="flex flex-wrap items-end gap-3">
        <DatasetSelect value={chosen} disabled={!may} onChange={setChosen} />
        <button
          type="button"
          className="btn"
          disabled={!may || chosen === '' || read.isPending}
          title={may ? 'The reading is written to the audit log' : 'Your role does not include raw data'}
          onClick={() => read.mutate(chosen)}
        >
          {read.isPending ? 'Reading' : 'Use its first rows'}
        </button>
        {current !== undefined && (
          <button type="button" className="btn" onClick={() => onChoose(MADE_UP, undefined)}>
            Use made-up rows
          </button>
        )}
        <span className="pb-1.5 text-label text-text-3">
          {may ? 'Reading rows as they came is written to the audit log.' : 'Rows as they came need a right that your role does not have.'}
        </span>
      </div>
      {read.isError && <ProblemView error={read.error} what="No rows were read" />}
    </div>
  )
}

function DatasetSelect({ value, disabled, onChange }: { value: string; disabled: boolean; onChange: (table: string) => void }) {
  const query = useQuery({
    queryKey: ['datasets', 'chart', 'names'],
    queryFn: ({ signal }) => client.call('GET /datasets', { query: { layer: 'chart', limit: 200 }, signal }),
  })
  const tables = query.data?.datasets.map(({ name }) => name.slice('chart.'.length)) ?? []
  return (
    <div className="w-64">
      <Select
        label="Rows to try it on"
        value={value}
        disabled={disabled}
        options={[{ value: '', label: 'Choose a dataset' }, ...tables.map((name) => ({ value: name, label: name }))]}
        onChange={onChange}
      />
    </div>
  )
}

/** The first rows of explore, under the names that their columns have in chart; columns that chart does not have are left out. */
async function readRows(table: string): Promise<SampleRows> {
  const [chart, explore] = await Promise.all([
    client.call('GET /datasets/:name', { params: { name: `chart.${table}` } }),
    client.call('GET /datasets/:name/rows', { params: { name: `explore.${table}` }, query: { limit: READ, offset: 0 } }),
  ])
  const kept = explore.columns.flatMap(({ name }, index) => {
    const column = chart.schema.find(({ source }) => source === name)
    return column === undefined ? [] : [{ name: column.name, index }]
  })
  return { columns: kept.map(({ name }) => name), rows: explore.rows.map((row) => kept.map(({ index }) => row[index] ?? null)) }
}
