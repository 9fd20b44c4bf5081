import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { Dataset } from '../../../contract/datasets.ts'
import { Empty } from '../../components/empty.tsx'
import { Load } from '../../components/panel.tsx'
import { QuarantineList } from '../../components/quarantine-list.tsx'
import { quarantineQuery } from '../../state/api.ts'
import { datasetReceipt } from '../../state/dataset-numbers.ts'

const route = getRouteApi('/inside/datasets/$name')

/** Rows that were refused on the way into this dataset, by batch. */
export function QuarantineTab({ dataset }: { dataset: Dataset }) {
  const { batch } = route.useSearch()
  const query = useQuery(quarantineQuery(dataset.name))
  return (
    <Load query={query} what="the quarantine" lines={5}>
      {(batches) =>
        batches.length === 0 ? (
          <section className="panel">
            <Empty kind="good">No row of this dataset was ever quarantined.</Empty>
          </section>
        ) : (
          <QuarantineList batches={batches} open={batch} receipt={datasetReceipt(dataset)} />
        )
      }
    </Load>
  )
}
