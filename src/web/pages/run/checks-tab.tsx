import type { RunDetail } from '../../../contract/runs.ts'
import { ChecksSum, ChecksTable } from '../../components/checks-table.tsx'
import { Empty } from '../../components/empty.tsx'
import { Panel } from '../../components/panel.tsx'
import { all } from '../../measured.ts'
import { isFinished } from '../../state/live.ts'

/** The checks of a run, per dataset. */
export function ChecksTab({ run }: { run: RunDetail }) {
  const checks = run.report?.checks ?? []
  if (checks.length === 0) {
    return (
      <section className="panel">
        <Empty kind="never-measured">
          {isFinished(run)
            ? 'Not measured: the run ended before its checks, or declared none.'
            : 'Not measured yet: the checks run after the table is standardised.'}
        </Empty>
      </section>
    )
  }
  const receipt = { asOf: run.finishedAt ?? run.queuedAt, scope: all(checks.length, 'checks'), src: { kind: 'run', id: run.id } } as const
  return (
    <div className="grid gap-4">
      {[...new Set(checks.map((check) => check.dataset))].map((dataset) => {
        const own = checks.filter((check) => check.dataset === dataset)
        return (
          <Panel key={dataset} title={dataset} aside={<ChecksSum checks={own} receipt={receipt} />}>
            <ChecksTable checks={own} receipt={receipt} />
          </Panel>
        )
      })}
    </div>
  )
}
