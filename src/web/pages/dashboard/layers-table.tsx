import type { DashboardStats } from '../../../contract/dashboard.ts'
import { LayerName } from '../../components/layer-mark.tsx'
import { Num } from '../../components/num.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { all, allRows, measured } from '../../measured.ts'

/** The three layers in the order data travels. */
export function LayersTable({ stats }: { stats: DashboardStats }) {
  const src = { kind: 'query', id: 'GET /api/v1/dashboard/stats' } as const
  return (
    <Table
      label="Layers"
      head={<Heads of={['Layer', { name: 'Datasets', right: true }, { name: 'Rows', right: true }, 'Last published']} />}
    >
      {stats.layers.map(({ layer, datasets, rows, updatedAt }) => (
        <tr key={layer}>
          <th scope="row" className="pin">
            <a href={`/datasets?layer=${layer}`} className="hover:underline">
              <LayerName layer={layer} />
            </a>
          </th>
          <td className="right">
            <Num
              m={measured(datasets, { asOf: stats.asOf, scope: all(datasets, 'datasets'), src })}
              label={`datasets in ${layer}`}
              formula="datasets with a published snapshot"
            />
          </td>
          <td className="right">
            <Num
              m={measured(rows, { asOf: stats.asOf, scope: allRows(rows), src })}
              label={`rows in ${layer}`}
              formula="sum of the rows of the published snapshots"
            />
          </td>
          <td>{updatedAt === null ? <span className="text-text-3">never</span> : <Time at={updatedAt} />}</td>
        </tr>
      ))}
    </Table>
  )
}
