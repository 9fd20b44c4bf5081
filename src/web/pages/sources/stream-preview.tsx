import { useQuery } from '@tanstack/react-query'
import type { StreamRule } from '../../../contract/pipelines.ts'
import { CellValue } from '../../components/cell-value.tsx'
import { Empty } from '../../components/empty.tsx'
import { Modal } from '../../components/modal.tsx'
import { Load } from '../../components/panel.tsx'
import { Table } from '../../components/table.tsx'
import { formatRows } from '../../format/count.ts'
import { type Unsaved, streamPreviewQuery } from '../../state/source-queries.ts'

const RIGHT = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL|DOUBLE|FLOAT|REAL)\b/

/** The first rows of a stream as they are in the source, in a drawer. */
export function StreamPreviewDrawer(props: { stream: StreamRule; unsaved: Unsaved; revision: number; onClose: () => void }) {
  const { stream, unsaved, revision, onClose } = props
  const query = useQuery(streamPreviewQuery(unsaved, stream, revision))
  return (
    <Modal title={`First rows of ${stream.name}`} side="right" width={880} onClose={onClose}>
      <Load query={query} what="the first rows" lines={10}>
        {({ columns, rows }) =>
          rows.length === 0 ? (
            <Empty kind="good">The stream was read, and holds no row.</Empty>
          ) : (
            <>
              <p className="px-4 py-2 text-cell text-text-2">
                {formatRows(rows.length)} as in the source, before anything is masked. Nothing was kept.
              </p>
              <Table
                label={`First rows of ${stream.name}`}
                head={
                  <tr>
                    {columns.map(({ name, type }, index) => (
                      <th key={name} scope="col" title={type} className={`${index === 0 ? 'pin' : ''} ${RIGHT.test(type) ? 'right' : ''}`}>
                        {name} <span className="block font-normal text-text-3">{type.toLowerCase()}</span>
                      </th>
                    ))}
                  </tr>
                }
              >
                {rows.map((row, index) => (
                  <tr key={index}>
                    {row.map((value, column) => (
                      <td key={column} className={`${column === 0 ? 'pin' : ''} ${RIGHT.test(columns[column]?.type ?? '') ? 'right' : ''}`}>
                        <CellValue value={value} />
                      </td>
                    ))}
                  </tr>
                ))}
              </Table>
            </>
          )
        }
      </Load>
    </Modal>
  )
}
