import { useInfiniteQuery } from '@tanstack/react-query'
import type { Alert } from '../../../contract/alerts.ts'
import { Empty } from '../../components/empty.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { alertsQuery } from '../../state/alert-queries.ts'
import { Count, Where } from './alerts-table.tsx'
import { LoadMore, wholeQuery } from './load-more.tsx'
import { SEVERITIES, STATES } from './words.ts'

/** What is over, the newest first. */
export function HistoryTab() {
  const query = useInfiniteQuery(alertsQuery({ state: 'history' }))
  return (
    <Panel title="Alerts that are over">
      <Load query={wholeQuery(query)} what="the history" lines={5}>
        {(pages) => {
          const alerts = pages.flatMap((page) => page.alerts)
          if (alerts.length === 0)
            return <Empty kind="first-use">No alert is over yet. Those that recover or are resolved stand here.</Empty>
          return (
            <>
              <HistoryTable alerts={alerts} asOf={pages.at(-1)!.status.now} />
              <LoadMore query={query} what="history" />
            </>
          )
        }}
      </Load>
    </Panel>
  )
}

function HistoryTable({ alerts, asOf }: { alerts: Alert[]; asOf: string }) {
  return (
    <Table
      label="Alerts that are over, newest first"
      head={<Heads of={['What', 'State', 'Severity', 'Where', 'Opened', 'Ended', { name: 'Count', right: true }, 'Note']} />}
    >
      {alerts.map((alert) => (
        <tr key={alert.id} data-alert={alert.id}>
          <th scope="row" className="pin wrap">
            <a href={`/alerts?tab=history&alert=${encodeURIComponent(alert.id)}`} className="hover:underline">
              {alert.what}
            </a>
          </th>
          <td>
            <StatusBadge {...STATES[alert.state]} />
          </td>
          <td>{SEVERITIES[alert.severity].word}</td>
          <td>
            <Where alert={alert} />
          </td>
          <td>
            <Time at={alert.openedAt} />
          </td>
          <td>{alert.endedAt !== null && <Time at={alert.endedAt} />}</td>
          <td className="right">
            <Count alert={alert} asOf={asOf} />
          </td>
          <td className="wrap text-text-2">{alert.note ?? '—'}</td>
        </tr>
      ))}
    </Table>
  )
}
