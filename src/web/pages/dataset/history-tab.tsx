import { useQuery } from '@tanstack/react-query'
import type { Dataset, Snapshot } from '../../../contract/datasets.ts'
import { IdText } from '../../components/id-text.tsx'
import { Num } from '../../components/num.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { StepLine } from '../../components/step-line.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { numberFormat, userLocale } from '../../format/locale.ts'
import { type Receipt, allRows } from '../../measured.ts'
import { snapshotsQuery } from '../../state/api.ts'

/** Every version of the dataset; an older one opens as it was. */
export function HistoryTab({ dataset }: { dataset: Dataset }) {
  const query = useQuery(snapshotsQuery(dataset.name))
  return (
    <Panel title="Snapshots">
      <Load query={query} what="the snapshots" lines={6}>
        {(snapshots) => (
          <>
            {snapshots.length > 1 && (
              <div className="border-b border-line px-4 py-3">
                <StepLine
                  title="Rows by snapshot"
                  points={snapshots.map((snapshot) => ({ at: Date.parse(snapshot.committedAt), value: snapshot.rows })).toReversed()}
                />
              </div>
            )}
            <Snapshots snapshots={snapshots} current={dataset.snapshotId} name={dataset.name} />
          </>
        )}
      </Load>
    </Panel>
  )
}

function Snapshots({ snapshots, current, name }: { snapshots: Snapshot[]; current: string; name: string }) {
  return (
    <Table
      label="Snapshots, newest first"
      head={
        <Heads
          of={[
            'Snapshot',
            'Published',
            { name: 'How', className: 'max-lg:hidden' },
            { name: 'Rows', right: true },
            { name: 'Change', right: true },
            { name: 'Size', right: true },
            { name: 'Files', className: 'right max-lg:hidden' },
            { name: 'Schema', right: true },
            'Run',
          ]}
        />
      }
    >
      {snapshots.map((snapshot, index) => (
        <SnapshotRow
          key={snapshot.id}
          snapshot={snapshot}
          parent={snapshots.find(({ id }) => id === snapshot.parentId)}
          name={name}
          shown={snapshot.id === current}
          newest={index === 0}
        />
      ))}
    </Table>
  )
}

function SnapshotRow({
  snapshot,
  parent,
  name,
  shown,
  newest,
}: {
  snapshot: Snapshot
  parent: Snapshot | undefined
  name: string
  shown: boolean
  newest: boolean
}) {
  const receipt: Receipt = {
    asOf: snapshot.committedAt,
    scope: allRows(snapshot.rows),
    src: snapshot.runId === null ? { kind: 'query', id: `snapshot ${snapshot.id}` } : { kind: 'run', id: snapshot.runId },
  }
  return (
    <tr aria-selected={shown}>
      <th scope="row" className="pin">
        {snapshot.readable ? (
          <a
            className="font-mono hover:underline"
            href={`/datasets/${encodeURIComponent(name)}${newest ? '' : `?at=${encodeURIComponent(snapshot.id)}`}`}
          >
            {snapshot.id}
          </a>
        ) : (
          <span className="font-mono text-text-3">{snapshot.id}</span>
        )}
        {newest && <span className="ml-2 font-normal text-text-3">published</span>}
        {!snapshot.readable && <span className="ml-2 font-normal text-text-3">files gone by retention</span>}
      </th>
      <td>
        <Time at={snapshot.committedAt} />
      </td>
      <td className="max-lg:hidden">{snapshot.operation}</td>
      <td className="right">
        <Num m={{ s: 'ok', v: snapshot.rows, ...receipt }} label={`rows of ${snapshot.id}`} />
      </td>
      <td className="right">
        {parent === undefined ? (
          <span className="text-text-3">first</span>
        ) : (
          <Num
            m={{ s: 'ok', v: snapshot.rows - parent.rows, ...receipt }}
            label="rows more than the snapshot before"
            as={signed}
            formula={`rows of ${snapshot.id} − rows of ${parent.id}`}
          />
        )}
      </td>
      <td className="right">
        <Num m={{ s: 'ok', v: snapshot.sizeBytes, ...receipt }} label={`size of ${snapshot.id}`} as="bytes" />
      </td>
      <td className="right max-lg:hidden">
        <Num m={{ s: 'ok', v: snapshot.files, ...receipt }} label={`files of ${snapshot.id}`} />
      </td>
      <td className="right">version {snapshot.schemaVersion}</td>
      <td>
        {snapshot.runId === null ? (
          <span className="text-text-3">none</span>
        ) : (
          <a className="hover:underline" href={`/runs/${encodeURIComponent(snapshot.runId)}`}>
            <IdText id={snapshot.runId} />
          </a>
        )}
      </td>
    </tr>
  )
}

function signed(change: number): string {
  return numberFormat(userLocale(), { signDisplay: 'exceptZero' }).format(change).replace('-', '−')
}
