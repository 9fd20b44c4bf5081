import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { AlertSeverity } from '../../../contract/alert-rules.ts'
import type { Alert, AlertStatus } from '../../../contract/alerts.ts'
import { Empty } from '../../components/empty.tsx'
import { Select } from '../../components/field.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { formatClock } from '../../format/instant.ts'
import { alertsQuery } from '../../state/alert-queries.ts'
import { useTimeZone } from '../../state/session.ts'
import { AlertsTable } from './alerts-table.tsx'
import { LoadMore, wholeQuery } from './load-more.tsx'

const SEVERITY_OPTIONS = [
  { value: '', label: 'Every severity' },
  { value: 'critical', label: 'Critical' },
  { value: 'warning', label: 'Warning' },
  { value: 'info', label: 'Info' },
] as const

/** What is open, the worst first, and what has one cause together. */
export function OpenTab() {
  const { severity } = useSearch({ from: '/inside/alerts' })
  const navigate = useNavigate({ from: '/alerts' })
  const query = useInfiniteQuery(alertsQuery({ state: 'open', severity }))
  const choose = (value: '' | AlertSeverity) =>
    void navigate({ search: (old) => ({ ...old, severity: value === '' ? undefined : value }), replace: true })
  return (
    <Panel
      title="Open alerts"
      aside={<Select compact label="Severity" value={severity ?? ''} options={SEVERITY_OPTIONS} onChange={choose} />}
    >
      <Load query={wholeQuery(query)} what="the alerts" lines={5}>
        {(pages) => {
          const alerts = pages.flatMap((page) => page.alerts)
          if (alerts.length === 0)
            return <NoneOpen status={pages.at(-1)!.status} isFiltered={severity !== undefined} onClear={() => choose('')} />
          return (
            <>
              <AlertsTable groups={grouped(alerts)} asOf={pages.at(-1)!.status.now} />
              <LoadMore query={query} what="alerts" />
            </>
          )
        }}
      </Load>
    </Panel>
  )
}

/** None open is good news only when somebody looked. */
function NoneOpen({ status: { evaluator, now }, isFiltered, onClear }: { status: AlertStatus; isFiltered: boolean; onClear: () => void }) {
  const zone = useTimeZone()
  if (isFiltered)
    return (
      <Empty
        kind="filtered"
        action={
          <button type="button" className="btn" onClick={onClear}>
            Clear filter
          </button>
        }
      >
        No open alert has this severity.
      </Empty>
    )
  if (evaluator.state !== 'up')
    return (
      <Empty kind="never-measured">
        No alert is stored as open. Whether something is wrong is not known, because rules are not all being looked at.
      </Empty>
    )
  const at = evaluator.lastAt ?? now
  return (
    <Empty kind="good">
      No open alerts, last evaluated <time dateTime={at}>{formatClock(Date.parse(at), zone)}</time>.
    </Empty>
  )
}

/** Alerts of one cause stand together as the server sends them; alone they are a group of their own. */
function grouped(alerts: readonly Alert[]): Alert[][] {
  const groups: Alert[][] = []
  for (const alert of alerts) {
    const last = groups.at(-1)
    const [first] = last ?? []
    const isSame = first !== undefined && first.kind === alert.kind && first.cause === alert.cause && first.severity === alert.severity
    if (isSame && last !== undefined && alert.cause !== null) last.push(alert)
    else groups.push([alert])
  }
  return groups
}
