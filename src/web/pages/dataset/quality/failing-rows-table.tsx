import { useQuery } from '@tanstack/react-query'
import type { CheckResult } from '../../../../contract/quality.ts'
import { CellValue } from '../../../components/cell-value.tsx'
import { Load } from '../../../components/panel.tsx'
import { Table } from '../../../components/table.tsx'
import { formatCount } from '../../../format/count.ts'
import { failingRowsQuery } from '../../../state/quality-queries.ts'

interface Rows {
  columns: { name: string; type: string; withheld: boolean }[]
  rows: (string | null)[][]
}

/** The first rows of the snapshot that break a rule: always the same ones, personal data as the policy left it. */
export function FailingRowsTable({ dataset, result, snapshot }: { dataset: string; result: CheckResult; snapshot: string | undefined }) {
  const query = useQuery({ ...failingRowsQuery(dataset, result.rule, snapshot), enabled: result.failing > 0 })
  if (result.failing === 0) return null
  return (
    <section>
      <h3 className="mb-1 font-medium">Rows that break it</h3>
      <Load query={query} what="the failing rows" lines={4}>
        {(found) =>
          found.rows.length === 0 ? (
            <p className="text-text-2">{found.message ?? 'There is no single row to show.'}</p>
          ) : (
            <>
              <RowsGrid label={`Rows that break ${result.rule}`} found={found} />
              <p className="mt-1 text-label text-text-3">
                {found.failing === null ? 'The first' : `${formatCount(found.rows.length)} of ${formatCount(found.failing)}`}, of snapshot{' '}
                <code className="font-mono">{found.snapshotId}</code>
              </p>
            </>
          )
        }
      </Load>
    </section>
  )
}

/** Cells exactly as stored; a column that the viewer may not see says so. */
export function RowsGrid({ label, found }: { label: string; found: Rows }) {
  return (
    <div className="rounded-panel border border-line">
      <Table
        label={label}
        maxHeight={320}
        head={
          <tr>
            {found.columns.map(({ name, withheld }) => (
              <th key={name} scope="col">
                {name}
                {withheld && <span className="block font-normal text-text-3">withheld</span>}
              </th>
            ))}
          </tr>
        }
      >
        {found.rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, place) => (
              <td key={found.columns[place]!.name}>
                {found.columns[place]!.withheld ? <span className="text-text-3">withheld</span> : <CellValue value={cell} />}
              </td>
            ))}
          </tr>
        ))}
      </Table>
    </div>
  )
}
