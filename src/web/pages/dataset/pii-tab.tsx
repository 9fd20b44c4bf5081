import type { Dataset } from '../../../contract/datasets.ts'
import { Empty } from '../../components/empty.tsx'
import { AsOf, Panel } from '../../components/panel.tsx'
import { PiiTable } from '../../components/pii-table.tsx'
import { datasetReceipt } from '../../state/dataset-numbers.ts'

/** Where is personal data in this dataset, and what was done to it? */
export function PiiTab({ dataset }: { dataset: Dataset }) {
  return (
    <Panel title="Personal data by column" aside={<AsOf at={dataset.snapshot.committedAt} />}>
      {dataset.findings.length > 0 ? (
        <PiiTable findings={dataset.findings} receipt={datasetReceipt(dataset)} />
      ) : dataset.piiColumns === null ? (
        <Empty kind="never-measured">Not measured: this dataset was never classified.</Empty>
      ) : (
        <Empty kind="good">None found: every row of every column was looked at.</Empty>
      )}
    </Panel>
  )
}
