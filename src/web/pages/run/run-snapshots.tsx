import type { RunDetail, RunSnapshot } from '../../../contract/runs.ts'
import { Empty } from '../../components/empty.tsx'
import { Num } from '../../components/num.tsx'
import { Panel } from '../../components/panel.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { allRows, measured } from '../../measured.ts'
import { isFinished } from '../../state/live.ts'

/** The snapshots that the run read and published, and what made it run. */
export function RunSnapshots({ run }: { run: RunDetail }) {
  const { inputs, outputs, cause } = run
  return (
    <Panel title="Inputs and outputs" className="mb-4">
      {cause !== null && (
        <p className="border-b border-line px-4 py-2 text-text-2">
          <Cause cause={cause} />
        </p>
      )}
      {inputs.length + outputs.length === 0 ? (
        <Empty kind="never-measured">
          {isFinished(run) ? 'The run published no snapshot.' : 'Snapshots stand here once the run has published them.'}
        </Empty>
      ) : (
        <Table label="Snapshots read and published" head={<Heads of={['Dataset', 'Snapshot', 'How', { name: 'Rows', right: true }]} />}>
          {inputs.map((snapshot) => (
            <Row key={`read ${snapshot.dataset} ${snapshot.snapshotId}`} snapshot={snapshot} how="read" run={run} />
          ))}
          {outputs.map((snapshot) => (
            <Row key={`published ${snapshot.snapshotId}`} snapshot={snapshot} how="published" run={run} />
          ))}
        </Table>
      )}
    </Panel>
  )
}

function Row({ snapshot, how, run }: { snapshot: RunSnapshot; how: 'read' | 'published'; run: RunDetail }) {
  const { dataset, snapshotId, rows } = snapshot
  const asOf = run.finishedAt ?? run.startedAt ?? run.queuedAt
  return (
    <tr>
      <th scope="row" className="pin">
        <a className="hover:underline" href={`/datasets/${encodeURIComponent(dataset)}?at=${encodeURIComponent(snapshotId)}`}>
          {dataset}
        </a>
      </th>
      <td className="font-mono">{snapshotId}</td>
      <td className="text-text-2">{how}</td>
      <td className="right">
        <Num
          m={measured(rows, { asOf, scope: allRows(rows), src: { kind: 'run', id: run.id } })}
          label={`rows of ${dataset} ${snapshotId}`}
        />
      </td>
    </tr>
  )
}

function Cause({ cause }: { cause: NonNullable<RunDetail['cause']> }) {
  const parts = [
    cause.datasets !== undefined && cause.datasets.length > 0 && `new snapshots of ${cause.datasets.join(', ')}`,
    cause.file !== undefined && `the file ${cause.file}`,
    cause.event !== undefined && `the event ${cause.event}`,
    cause.target !== undefined && `${cause.target} is to be kept fresh`,
    cause.backfill !== undefined && `the backfill ${cause.backfill}`,
  ].filter((part) => typeof part === 'string')
  return (
    <>
      Because of {parts.length === 0 ? 'an upstream run' : parts.join(' · ')}
      {cause.upstream !== undefined && (
        <>
          {' '}
          from run{' '}
          <a className="link" href={`/runs/${encodeURIComponent(cause.upstream)}`}>
            {cause.upstream}
          </a>
        </>
      )}
    </>
  )
}
