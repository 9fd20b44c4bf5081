import type { Dataset } from '../../../contract/datasets.ts'
import { ChecksSum, ChecksTable } from '../../components/checks-table.tsx'
import { Dimensions } from '../../components/dimensions.tsx'
import { Empty } from '../../components/empty.tsx'
import { AsOf, Panel } from '../../components/panel.tsx'
import { datasetReceipt } from '../../state/dataset-numbers.ts'

/** What is failing, and where is nothing checked? */
export function QualityTab({ dataset }: { dataset: Dataset }) {
  const receipt = datasetReceipt(dataset)
  return (
    <div className="grid items-start gap-4">
      <Panel title="Dimensions" aside={<AsOf at={dataset.snapshot.committedAt} />}>
        {dataset.quality === null ? (
          <Empty kind="never-measured">Not measured: no check ran on this snapshot.</Empty>
        ) : (
          <Dimensions quality={dataset.quality} receipt={receipt} />
        )}
      </Panel>
      <Panel title="Checks" aside={dataset.checks.length > 0 && <ChecksSum checks={dataset.checks} receipt={receipt} />}>
        {dataset.checks.length === 0 ? (
          <Empty kind="never-measured">Not measured: no check is declared for this dataset.</Empty>
        ) : (
          <ChecksTable checks={dataset.checks} receipt={receipt} />
        )}
      </Panel>
    </div>
  )
}
