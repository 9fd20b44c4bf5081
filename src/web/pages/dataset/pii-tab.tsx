import type { Dataset } from '../../../contract/datasets.ts'
import { Empty } from '../../components/empty.tsx'
import { AsOf, Panel } from '../../components/panel.tsx'
import { PiiTable } from '../../components/pii-table.tsx'
import { Unclassified } from './unclassified.tsx'
import { datasetReceipt } from '../../state/dataset-numbers.ts'

/** Where is personal data in this dataset, and what was done to it? */
export function PiiTab({ dataset }: { dataset: Dataset }) {
  const named = dataset.schema.flatMap(({ name, pii }) => (pii?.entity === null ? [{ column: name, action: pii.action }] : []))
  return (
    <Panel
      title="Personal data by column"
      aside={
        <>
          {dataset.findings.length > 0 && (
            <a className="link text-cell" href={`/pii?q=${encodeURIComponent(dataset.name)}`}>
              Review findings
            </a>
          )}
          <AsOf at={dataset.snapshot.committedAt} />
        </>
      }
    >
      {dataset.findings.length + named.length > 0 ? (
        <PiiTable
          findings={dataset.findings}
          named={named}
          receipt={datasetReceipt(dataset)}
          {...(dataset.layer === 'explore' ? { done: 'In explore' } : {})}
        />
      ) : dataset.piiColumns === null ? (
        <Empty kind="never-measured">
          <Unclassified dataset={dataset} />
        </Empty>
      ) : (
        <Empty kind="good">None found: every row of every column was looked at.</Empty>
      )}
    </Panel>
  )
}
