import { useQuery } from '@tanstack/react-query'
import type { Source, SourceRun } from '../../../contract/sources.ts'
import { Empty } from '../../components/empty.tsx'
import { IdText } from '../../components/id-text.tsx'
import { Num } from '../../components/num.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { RUN_MARKS, StatusBadge } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { pollWhilePaused } from '../../state/live.ts'
import { sourceRunNumbers } from '../../state/source-numbers.ts'
import { sourceHistoryQuery } from '../../state/source-queries.ts'
import { RunHistory } from './run-history.tsx'

/** The runs of a source: a chart of rows and time, and each run in words. */
export function RunsTab({ source }: { source: Source }) {
  const query = useQuery({ ...sourceHistoryQuery(source.name), refetchInterval: pollWhilePaused })
  return (
    <Panel title="Runs">
      <Load query={query} what="the runs of the source" lines={8}>
        {(runs) =>
          runs.length === 0 ? (
            <Empty kind="first-use">Runs stand here, with the rows that each read and the time that it took. Nothing has run yet.</Empty>
          ) : (
            <>
              <RunHistory runs={runs} />
              <HistoryTable runs={runs} />
            </>
          )
        }
      </Load>
    </Panel>
  )
}

function HistoryTable({ runs }: { runs: SourceRun[] }) {
  return (
    <Table
      label="Runs of the source, newest first"
      head={
        <Heads
          of={[
            'Run',
            'State',
            'When',
            { name: 'Took', right: true },
            { name: 'Rows read', right: true },
            { name: 'Published', right: true },
            { name: 'Quarantined', right: true },
            'Reason',
          ]}
        />
      }
    >
      {runs.map((run) => {
        const numbers = sourceRunNumbers(run)
        return (
          <tr key={run.runId} data-run={run.runId}>
            <th scope="row" className="pin">
              <a href={`/runs/${encodeURIComponent(run.runId)}`} className="hover:underline">
                <IdText id={run.runId} />
              </a>
            </th>
            <td>
              <StatusBadge {...RUN_MARKS[run.state]} />
            </td>
            <td>
              <Time at={run.queuedAt} />
            </td>
            <td className="right">
              <Num m={numbers.worked} label="time that the run took" as="duration" />
            </td>
            <td className="right">
              <Num m={numbers.read} label="rows read" />
            </td>
            <td className="right">
              <Num m={numbers.published} label="rows published to chart" />
            </td>
            <td className="right">
              <Num m={numbers.quarantined} label="rows quarantined" />
            </td>
            <td className="max-w-[40ch] truncate text-text-2">
              {run.error === null ? (
                <span className="text-text-3">
                  <span aria-hidden>—</span>
                  <span className="sr-only">no error</span>
                </span>
              ) : (
                <span title={run.error.detail}>{run.error.title}</span>
              )}
            </td>
          </tr>
        )
      })}
    </Table>
  )
}
