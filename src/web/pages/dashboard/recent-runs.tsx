import type { Run } from '../../../contract/runs.ts'
import { Empty } from '../../components/empty.tsx'
import { RunsTable } from '../../components/runs-table.tsx'

/** The ten newest runs; they change in place as they go. */
export function RecentRuns({ runs }: { runs: Run[] }) {
  if (runs.length === 0) return <Empty kind="first-use">No run has been started yet. The newest ten will stand here, live.</Empty>
  return <RunsTable runs={runs} label="Recent runs" />
}
