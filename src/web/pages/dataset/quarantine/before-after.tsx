import type { QuarantinePreview } from '../../../../contract/quarantine.ts'
import { CellValue } from '../../../components/cell-value.tsx'
import { Table } from '../../../components/table.tsx'
import { formatCount } from '../../../format/count.ts'
import { rowKey } from './words.ts'

/** The first rows as a fix would make them; only what changes is written twice. */
export function BeforeAfter({ preview: { columns, rows, selected } }: { preview: QuarantinePreview }) {
  const changed = rows.filter(({ before, after }) => columns.some(({ name }) => before[name] !== after[name])).length
  return (
    <section aria-live="polite">
      <p className="mb-1 text-cell text-text-2">
        {formatCount(changed)} of the first {formatCount(rows.length)} rows change; {formatCount(selected)} are chosen in all.
      </p>
      <div className="rounded-panel border border-line">
        <Table
          label="Rows before and after"
          maxHeight={320}
          head={
            <tr>
              {columns.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          }
        >
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map(({ name }) => {
                const [before, after] = [row.before[name] ?? null, row.after[name] ?? null]
                if (before === after)
                  return (
                    <td key={name}>
                      <CellValue value={after} />
                    </td>
                  )
                return (
                  <td key={name} className="bg-selected">
                    <del className="block text-text-2">
                      <CellValue value={before} />
                    </del>
                    <ins className="block font-medium no-underline">
                      <CellValue value={after} />
                    </ins>
                  </td>
                )
              })}
            </tr>
          ))}
        </Table>
      </div>
    </section>
  )
}
