import type { Alert } from '../../../contract/alerts.ts'
import { Num } from '../../components/num.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { Coming } from './coming.tsx'
import { measured } from '../../measured.ts'
import { useMay } from '../../state/session.ts'
import { useTakeAlert } from './alert-acts.ts'
import { SEVERITIES } from './words.ts'

/** Open alerts, one a line; those of one cause below a line that says so. */
export function AlertsTable({ groups, asOf }: { groups: Alert[][]; asOf: string }) {
  return (
    <Table
      label="Open alerts, the worst first"
      head={
        <Heads
          of={[
            'What',
            'Severity',
            { name: 'Where', className: 'max-lg:hidden' },
            'Since',
            { name: 'Count', right: true },
            'Owner',
            { name: 'Downstream', className: 'max-xl:hidden' },
            { name: 'Act', hidden: true },
          ]}
        />
      }
    >
      {groups.flatMap((group) => [
        ...(group.length > 1 ? [<GroupRow key={`group ${group[0]!.id}`} group={group} />] : []),
        ...group.map((alert) => <Row key={alert.id} alert={alert} asOf={asOf} isInGroup={group.length > 1} />),
      ])}
    </Table>
  )
}

function GroupRow({ group }: { group: Alert[] }) {
  return (
    <tr>
      <th scope="rowgroup" colSpan={8} className="bg-sunken">
        One cause, {group.length} alerts: <code className="font-mono text-cell">{group[0]!.cause}</code>
      </th>
    </tr>
  )
}

function Row({ alert, asOf, isInGroup }: { alert: Alert; asOf: string; isInGroup: boolean }) {
  return (
    <tr data-alert={alert.id}>
      <th scope="row" className="pin wrap">
        <a href={`/alerts?alert=${encodeURIComponent(alert.id)}`} className={`block min-w-52 hover:underline ${isInGroup ? 'pl-4' : ''}`}>
          {alert.what}
        </a>
      </th>
      <td>
        <StatusBadge {...SEVERITIES[alert.severity]} />
      </td>
      <td className="max-lg:hidden">
        <Where alert={alert} />
      </td>
      <td>
        <Time at={alert.openedAt} />
      </td>
      <td className="right">
        <Count alert={alert} asOf={asOf} />
      </td>
      <td>
        <Owner alert={alert} />
      </td>
      <td className="max-xl:hidden">
        <Downstream alert={alert} asOf={asOf} />
      </td>
      <td className="right">
        <Take alert={alert} />
      </td>
    </tr>
  )
}

/** What it is about, with the way there. */
export function Where({ alert: { pipeline, dataset, link } }: { alert: Alert }) {
  const name = dataset ?? pipeline
  return name === null ? (
    <span className="text-text-3">this Atlas</span>
  ) : (
    <a href={link} className="link">
      {name}
    </a>
  )
}

/** How often it was seen. */
export function Count({ alert, asOf }: { alert: Alert; asOf: string }) {
  const scope = { rows: alert.count, of: null, how: 'full', unit: 'occurrences' } as const
  return (
    <Num m={measured(alert.count, { asOf, scope, src: { kind: 'query', id: `alert ${alert.id}` } })} label={`times that ${alert.what}`} />
  )
}

function Owner({ alert: { owner, snoozedUntil } }: { alert: Alert }) {
  if (snoozedUntil !== null)
    return (
      <span>
        snoozed until <Coming at={snoozedUntil} />
      </span>
    )
  return owner === null ? <span className="text-text-3">nobody</span> : <span>{owner}</span>
}

/** Datasets that are built from it. */
export function Downstream({ alert, asOf }: { alert: Alert; asOf: string }) {
  const { names, total } = alert.downstream
  if (total === 0) return <span className="text-text-3">none known</span>
  const scope = { rows: total, of: total, how: 'full', unit: 'datasets' } as const
  return (
    <span className="inline-flex items-baseline gap-1.5" title={names.join(', ')}>
      <Num
        m={measured(total, { asOf, scope, src: { kind: 'query', id: `alert ${alert.id}` } })}
        label={`datasets that ${alert.what} reaches`}
      />
      <span className="max-w-40 truncate text-text-2">{names[0]}</span>
    </span>
  )
}

function Take({ alert }: { alert: Alert }) {
  const may = useMay('alerts.act')
  const take = useTakeAlert(alert.id)
  if (take.isError) return <ProblemView error={take.error} what="Could not take it" onRetry={() => take.reset()} />
  if (alert.owner !== null) return null
  return (
    <button
      type="button"
      className="btn btn-quiet min-h-7 px-1.5"
      disabled={take.isPending}
      aria-disabled={!may || undefined}
      title={may ? 'Say that you are on it' : 'Your role does not include acting on alerts'}
      onClick={() => may && take.mutate()}
    >
      Take<span className="sr-only">: {alert.what}</span>
    </button>
  )
}
