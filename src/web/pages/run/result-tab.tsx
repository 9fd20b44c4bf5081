import type { RunDetail, RunReport } from '../../../contract/runs.ts'
import { Dimensions } from '../../components/dimensions.tsx'
import { Empty } from '../../components/empty.tsx'
import { DatasetLabel } from '../../components/layer-mark.tsx'
import { Num } from '../../components/num.tsx'
import { AsOf, Panel } from '../../components/panel.tsx'
import { PiiTable } from '../../components/pii-table.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { type Receipt, allRows } from '../../measured.ts'
import { isFinished } from '../../state/live.ts'
import { RunStreams, tellsMore } from './run-streams.tsx'

/** What the run made: tables, quality, personal data. */
export function ResultTab({ run }: { run: RunDetail }) {
  const { report } = run
  if (report === null) {
    return (
      <section className="panel">
        <Empty kind="first-use">
          {isFinished(run)
            ? 'The run ended before it had a result. Nothing was published.'
            : 'The result stands here when the run has ended. You can leave this page.'}
        </Empty>
      </section>
    )
  }
  const asOf = run.finishedAt ?? run.queuedAt
  const receipt: Receipt = { asOf, scope: allRows(report.sourceRows), src: { kind: 'run', id: run.id } }
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,7fr)_minmax(0,5fr)]">
      {tellsMore(report.streams) && (
        <Panel title="Streams" aside={<AsOf at={asOf} />} className="xl:col-span-2">
          <RunStreams streams={report.streams} run={run} />
        </Panel>
      )}
      <Panel title="Tables" aside={<AsOf at={asOf} />}>
        <Tables report={report} receipt={receipt} />
      </Panel>
      <Panel title="Quality" aside={<AsOf at={asOf} />}>
        <Dimensions quality={report.quality} checks={report.checks} receipt={receipt} />
      </Panel>
      <Panel title="Personal data" aside={<AsOf at={asOf} />} className="xl:col-span-2">
        <Pii report={report} receipt={receipt} />
      </Panel>
    </div>
  )
}

function Tables({ report, receipt }: { report: RunReport; receipt: Receipt }) {
  if (report.datasets.length === 0) return <Empty kind="good">Nothing was published. Readers see what they saw before.</Empty>
  return (
    <Table
      label="Tables that the run published"
      head={
        <Heads
          of={[
            'Dataset',
            { name: 'Rows', right: true },
            { name: 'Columns', right: true },
            { name: 'Quarantined', right: true },
            'Snapshot',
          ]}
        />
      }
    >
      {report.datasets.map((dataset) => (
        <tr key={dataset.name}>
          <th scope="row" className="pin">
            <a href={`/datasets/${encodeURIComponent(dataset.name)}`} className="hover:underline">
              <DatasetLabel name={dataset.name} />
            </a>
          </th>
          <td className="right">
            <Num m={{ s: 'ok', v: dataset.rows, ...receipt, scope: allRows(dataset.rows) }} label={`rows of ${dataset.name}`} />
          </td>
          <td className="right">
            <Num m={{ s: 'ok', v: dataset.columns.length, ...receipt }} label={`columns of ${dataset.name}`} />
          </td>
          <td className="right">
            <Num m={{ s: 'ok', v: dataset.quarantined, ...receipt }} label={`rows kept out of ${dataset.name}`} />
          </td>
          <td>
            <a
              href={`/datasets/${encodeURIComponent(dataset.name)}?at=${encodeURIComponent(dataset.snapshotId)}`}
              className="font-mono hover:underline"
            >
              {dataset.snapshotId}
            </a>
          </td>
        </tr>
      ))}
    </Table>
  )
}

function Pii({ report, receipt }: { report: RunReport; receipt: Receipt }) {
  if (report.pii.length > 0) return <PiiTable findings={report.pii} receipt={receipt} />
  const looked = new Set(
    report.datasets.filter((dataset) => dataset.layer === 'chart').flatMap((dataset) => dataset.columns.map((column) => column.name)),
  ).size
  if (looked === 0)
    return (
      <Empty kind="never-measured">
        Not measured: the run did not get to the step that looks for personal data, or published no table.
      </Empty>
    )
  return (
    <Empty kind="good">
      None found: every row of <Num m={{ s: 'ok', v: looked, ...receipt }} label="columns looked at" />{' '}
      {looked === 1 ? 'column' : 'columns'} was looked at for e-mail, phone, payment card, IBAN, CPR and IP addresses.
    </Empty>
  )
}
