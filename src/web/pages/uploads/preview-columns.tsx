import type { ReadingPreview } from '../../../contract/uploads.ts'
import { CellValue } from '../../components/cell-value.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { formatCount } from '../../format/count.ts'

const TYPES = [
  'text',
  'integer',
  'bigint',
  'decimal(18,2)',
  'double',
  'boolean',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'uuid',
  'json',
]
const SAMPLES = 3

/** Each column: its name in the file and in chart, its type, and samples as in the file → as read. */
export function PreviewColumns(props: {
  columns: ReadingPreview['columns']
  types: Record<string, string>
  onTypes: (types: Record<string, string>) => void
}) {
  const { columns, types, onTypes } = props
  const set = (name: string, type: string) =>
    onTypes(Object.fromEntries(Object.entries({ ...types, [name]: type }).filter(([, value]) => value !== '')))
  return (
    <Table
      label="Columns as they will be read"
      head={<Heads of={['Column in the file', 'Name in chart', 'Type', 'Doubt', 'As in the file → as read']} />}
    >
      {columns.map((column, index) => (
        <tr key={`${column.name} ${index}`}>
          <th scope="row" className="pin">
            {column.source === '' ? <span className="italic">no name</span> : column.source}
          </th>
          <td className="font-mono">{column.name}</td>
          <td>
            <select
              aria-label={`Type of ${column.name}`}
              className="input w-40 min-w-40"
              value={types[column.name] ?? ''}
              onChange={(event) => set(column.name, event.target.value)}
            >
              <option value="">{`found: ${typeInWords(column.type)}`}</option>
              {TYPES.map((type) => (
                <option key={type} value={type}>
                  {type}
                </option>
              ))}
            </select>
          </td>
          <td>
            <Doubt column={column} />
          </td>
          <td>
            <span className="flex flex-wrap gap-x-5 gap-y-1">
              {column.samples.slice(0, SAMPLES).map((sample, at) => (
                <span key={at} className="inline-flex items-center gap-1.5">
                  <CellValue value={sample.source} />
                  {sample.read !== sample.source && (
                    <>
                      <span aria-label="is read as" className="text-text-3">
                        →
                      </span>
                      {isUnread(sample) ? <span className="text-bad">cannot be read</span> : <CellValue value={sample.read} />}
                    </>
                  )}
                </span>
              ))}
            </span>
          </td>
        </tr>
      ))}
    </Table>
  )
}

type Column = ReadingPreview['columns'][number]

/** What speaks against the reading of a column. */
function Doubt({ column }: { column: Column }) {
  if (column.ambiguous > 0) return <StatusBadge mark="warning" word={`${formatCount(column.ambiguous)} fit two readings`} />
  if (column.samples.some(isUnread)) return <StatusBadge mark="warning" word="some cannot be read" />
  return <span className="text-text-3">none</span>
}

/** A cell that holds something which its type cannot hold. */
function isUnread({ source, read }: Column['samples'][number]): boolean {
  return read === null && source !== null && source.trim() !== ''
}

/** The engine's name of a type as a pipeline declares it: `VARCHAR` → `text`. */
function typeInWords(type: string): string {
  return type === 'VARCHAR' ? 'text' : type.toLowerCase()
}
