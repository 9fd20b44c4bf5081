import type { DatasetSummary } from '../../../contract/datasets.ts'
import { DatasetLabel } from '../../components/layer-mark.tsx'
import { Num } from '../../components/num.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { datasetNumbers } from '../../state/dataset-numbers.ts'

/** Datasets, one a line. */
export function DatasetsTable({ datasets }: { datasets: DatasetSummary[] }) {
  return (
    <Table
      label="Datasets by name"
      head={
        <Heads
          of={[
            'Dataset',
            { name: 'Rows', right: true },
            { name: 'Columns', className: 'right max-lg:hidden' },
            { name: 'Size', className: 'right max-lg:hidden' },
            { name: 'Quarantined', right: true },
            { name: 'Quality', right: true },
            { name: 'PII columns', right: true },
            'Published',
          ]}
        />
      }
    >
      {datasets.map((dataset) => (
        <Row key={dataset.name} dataset={dataset} />
      ))}
    </Table>
  )
}

function Row({ dataset }: { dataset: DatasetSummary }) {
  const numbers = datasetNumbers(dataset)
  return (
    <tr>
      <th scope="row" className="pin">
        <a href={`/datasets/${encodeURIComponent(dataset.name)}`} className="hover:underline">
          <DatasetLabel name={dataset.name} />
        </a>
        {dataset.description !== null && <span className="ml-2 font-normal text-text-3 max-lg:hidden">{dataset.description}</span>}
      </th>
      <td className="right">
        <Num m={numbers.rows} label={`rows of ${dataset.name}`} />
      </td>
      <td className="right max-lg:hidden">
        <Num m={numbers.columns} label={`columns of ${dataset.name}`} />
      </td>
      <td className="right max-lg:hidden">
        <Num m={numbers.size} label={`size of ${dataset.name}`} as="bytes" formula="sum of its Parquet files" />
      </td>
      <td className="right">
        <Num m={numbers.quarantined} label={`rows kept out of ${dataset.name}`} />
      </td>
      <td className="right">
        <Num m={numbers.score} label={`quality of ${dataset.name}`} as="score" formula="mean of the dimensions that were measured" />
      </td>
      <td className="right">
        <Num m={numbers.piiColumns} label={`columns of ${dataset.name} with personal data`} />
      </td>
      <td>
        <Time at={dataset.updatedAt} />
      </td>
    </tr>
  )
}
