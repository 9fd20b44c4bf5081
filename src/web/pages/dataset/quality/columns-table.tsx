import type { ColumnQuality, DatasetQuality } from '../../../../contract/quality-overview.ts'
import { Empty } from '../../../components/empty.tsx'
import { StatusMark } from '../../../components/status-badge.tsx'
import { Heads } from '../../../components/heads.tsx'
import { Table } from '../../../components/table.tsx'
import { formatScore } from '../../../format/percent.ts'
import { entityName } from '../../../format/pii-words.ts'
import { DIMENSION_HEADS, STATE_MARKS } from '../../quality/words.ts'

/** What was measured of each column, and which columns nobody looks at. */
export function ColumnsTable({ quality }: { quality: DatasetQuality }) {
  if (quality.summary === null) return <Empty kind="never-measured">Not measured: no check ran on this snapshot.</Empty>
  const heads = DIMENSION_HEADS.filter(({ id }) => quality.columns.some(({ dimensions }) => dimensions[id] !== null))
  return (
    <Table
      label="Quality by column"
      maxHeight={480}
      head={<Heads of={['Column', 'Rules', ...heads.map(({ head, asks }) => ({ name: head, title: asks, right: true }))]} />}
    >
      {quality.columns.map((column) => (
        <Row key={column.column} column={column} heads={heads} />
      ))}
    </Table>
  )
}

function Row({ column, heads }: { column: ColumnQuality; heads: typeof DIMENSION_HEADS }) {
  const { mark, word } = STATE_MARKS[column.state]
  return (
    <tr>
      <th scope="row" className="pin">
        {column.column}
        {column.pii !== null && <span className="ml-2 font-normal text-text-3">{entityName(column.pii)}</span>}
      </th>
      <td>
        <span className="inline-flex items-center gap-1.5">
          <StatusMark mark={column.covered ? mark : 'none'} size={14} />
          {column.covered ? word.toLowerCase() : <span className="text-text-3">no rule looks at it</span>}
        </span>
      </td>
      {heads.map(({ id }) => {
        const score = column.dimensions[id]
        return (
          <td key={id} className="right">
            {score === null ? <span className="text-text-3">—</span> : formatScore(score)}
          </td>
        )
      })}
    </tr>
  )
}
