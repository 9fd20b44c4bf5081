import { useQuery } from '@tanstack/react-query'
import type { Backfill } from '../../../contract/backfills.ts'
import { Num } from '../../components/num.tsx'
import { Panel } from '../../components/panel.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { type Mark, StatusBadge } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { measured } from '../../measured.ts'
import { serverNow, useMay } from '../../state/session.ts'
import { backfillsQuery, useCancelBackfill } from './schedule-queries.ts'

const RENEW_MS = 5_000
const STATES: Record<Backfill['state'], { mark: Mark; word: string }> = {
  running: { mark: 'running', word: 'Running' },
  succeeded: { mark: 'ok', word: 'Succeeded' },
  failed: { mark: 'failed', word: 'Failed' },
  cancelled: { mark: 'cancelled', word: 'Cancelled' },
}

/** Backfills, the newest first; nothing where there never was one. */
export function BackfillsPanel() {
  const query = useQuery({ ...backfillsQuery, refetchInterval: RENEW_MS })
  if (query.data === undefined || query.data.length === 0) return null
  return (
    <Panel title="Backfills">
      <Table
        label="Backfills, newest first"
        head={
          <Heads
            of={[
              'Pipeline',
              'State',
              'Times',
              { name: 'Succeeded', right: true },
              { name: 'Failed', right: true },
              { name: 'To run', right: true },
              { name: 'Begun', className: 'max-lg:hidden' },
              { name: 'Act', hidden: true },
            ]}
          />
        }
      >
        {query.data.map((backfill) => (
          <Row key={backfill.id} backfill={backfill} />
        ))}
      </Table>
    </Panel>
  )
}

function Row({ backfill }: { backfill: Backfill }) {
  const { id, pipeline, words, from, to, state, counts, problem, createdBy, createdAt } = backfill
  const may = useMay('runs.start')
  const cancel = useCancelBackfill(id)
  const receipt = {
    asOf: new Date(serverNow()).toISOString(),
    scope: { rows: counts.total, of: counts.total, how: 'full', unit: 'runs' },
    src: { kind: 'query', id: `backfill ${id}` },
  } as const
  return (
    <tr>
      <th scope="row" className="pin">
        {pipeline}
      </th>
      <td>
        <StatusBadge {...STATES[state]} />
        {problem !== null && <span className="block text-warn">{problem}</span>}
      </td>
      <td className="wrap">
        {words}, <time dateTime={from}>{from.slice(0, 10)}</time> to <time dateTime={to}>{to.slice(0, 10)}</time>
      </td>
      <td className="right">
        <Num m={measured(counts.succeeded + counts.present, receipt)} label={`times of ${pipeline} that succeeded`} />
      </td>
      <td className="right">
        <Num m={measured(counts.failed, receipt)} label={`times of ${pipeline} that failed`} />
      </td>
      <td className="right">
        <Num m={measured(counts.missing + counts.queued, receipt)} label={`times of ${pipeline} that are to run`} />
      </td>
      <td className="max-lg:hidden">
        {createdBy} <Time at={createdAt} />
      </td>
      <td className="right">
        {may && state === 'running' && (
          <button type="button" className="btn btn-quiet min-h-7" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel<span className="sr-only"> the backfill of {pipeline}</span>
          </button>
        )}
        {cancel.isError && <ProblemView error={cancel.error} what="Could not cancel it" />}
      </td>
    </tr>
  )
}
