import { getRouteApi } from '@tanstack/react-router'
import type { RunDetail } from '../../../contract/runs.ts'
import { Empty } from '../../components/empty.tsx'
import { QuarantineList } from '../../components/quarantine-list.tsx'
import { allRows } from '../../measured.ts'
import { isFinished } from '../../state/live.ts'

const route = getRouteApi('/inside/runs/$runId')

/** The rows that the run refused, with their reasons. */
export function QuarantineTab({ run }: { run: RunDetail }) {
  const { batch } = route.useSearch()
  const { report } = run
  if (report === null) {
    return (
      <section className="panel">
        <Empty kind="never-measured">
          {isFinished(run)
            ? 'Not measured: the run ended before it had sorted its rows.'
            : 'Refused rows stand here when the run has ended.'}
        </Empty>
      </section>
    )
  }
  if (report.quarantine.length === 0) {
    return (
      <section className="panel">
        <Empty kind="good">No row was quarantined.</Empty>
      </section>
    )
  }
  return (
    <QuarantineList
      batches={report.quarantine}
      open={batch}
      receipt={{ asOf: run.finishedAt ?? run.queuedAt, scope: allRows(report.sourceRows), src: { kind: 'run', id: run.id } }}
    />
  )
}
