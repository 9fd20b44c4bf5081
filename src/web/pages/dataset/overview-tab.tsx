import type { Dataset } from '../../../contract/datasets.ts'
import { ChecksSum } from '../../components/checks-table.tsx'
import { Dimensions } from '../../components/dimensions.tsx'
import { Empty } from '../../components/empty.tsx'
import { DatasetLabel, LayerName } from '../../components/layer-mark.tsx'
import { Num } from '../../components/num.tsx'
import { AsOf, Panel } from '../../components/panel.tsx'
import { actionName, entityName } from '../../format/pii-words.ts'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Unclassified } from './unclassified.tsx'
import { datasetNumbers, datasetReceipt } from '../../state/dataset-numbers.ts'

/** What the dataset is and whether to trust it, on one page. */
export function OverviewTab({ dataset }: { dataset: Dataset }) {
  const receipt = datasetReceipt(dataset)
  const asOf = <AsOf at={dataset.snapshot.committedAt} />
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Panel title="About" aside={asOf}>
        <About dataset={dataset} />
      </Panel>
      <Panel title="Quality" aside={dataset.checks.length > 0 && <ChecksSum checks={dataset.checks} receipt={receipt} />}>
        {dataset.quality === null ? (
          <Empty kind="never-measured">
            {dataset.layer === 'explore'
              ? 'Not measured: the checks run on the typed rows, in chart.'
              : 'Not measured: no check ran on this snapshot.'}
          </Empty>
        ) : (
          <Dimensions quality={dataset.quality} checks={dataset.checks} receipt={receipt} />
        )}
      </Panel>
    </div>
  )
}

function About({ dataset }: { dataset: Dataset }) {
  const numbers = datasetNumbers(dataset)
  const personal = dataset.schema.filter((column) => column.pii !== null)
  return (
    <dl className="grid grid-cols-[9rem_minmax(0,1fr)] gap-x-4 gap-y-2.5 px-4 py-3">
      <Fact name="Layer">
        <LayerName layer={dataset.layer} />
      </Fact>
      {dataset.description !== null && <Fact name="Description">{dataset.description}</Fact>}
      <Fact name="Made from">
        {dataset.inputs.length === 0 ? (
          <span className="text-text-3">a source; no other dataset</span>
        ) : (
          <ul>
            {dataset.inputs.map((input) => (
              <li key={input.name}>
                <a
                  className="hover:underline"
                  href={`/datasets/${encodeURIComponent(input.name)}?at=${encodeURIComponent(input.snapshotId)}`}
                >
                  <DatasetLabel name={input.name} />
                </a>
              </li>
            ))}
          </ul>
        )}
      </Fact>
      <Fact name="Published by">
        {dataset.runId === null ? (
          <span className="text-text-3">no run</span>
        ) : (
          <a className="link font-mono" href={`/runs/${encodeURIComponent(dataset.runId)}`}>
            run {dataset.runId}
          </a>
        )}
      </Fact>
      <Fact name="Quarantined">
        <Num m={numbers.quarantined} label="rows kept out of this dataset" /> {dataset.quarantined === 1 ? 'row' : 'rows'}
        {dataset.quarantined > 0 && (
          <a className="link ml-2" href={`/datasets/${encodeURIComponent(dataset.name)}?tab=quarantine`}>
            Open
          </a>
        )}
      </Fact>
      <Fact name="Personal data">
        {dataset.piiColumns === null ? (
          <span className="text-text-2">
            <Unclassified dataset={dataset} />
          </span>
        ) : personal.length === 0 ? (
          'none found in any row'
        ) : (
          <ul className="grid gap-1">
            {personal.map((column) => (
              <li key={column.name} className="flex flex-wrap items-center gap-x-2">
                <span className="font-medium">{column.name}</span>
                <span className="text-text-2">
                  {entityName(column.pii!.entity)}
                  {column.pii!.action !== 'keep' && `, ${actionName(column.pii!.action).toLowerCase()}`}
                </span>
                {column.pii!.action === 'keep' && <StatusBadge mark="warning" word={actionName('keep')} />}
              </li>
            ))}
          </ul>
        )}
      </Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-text-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}
