import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { EventTrigger } from '../../../contract/triggers.ts'
import { Empty } from '../../components/empty.tsx'
import { Num } from '../../components/num.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { RUN_MARKS, StatusBadge } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { measured } from '../../measured.ts'
import { useMay } from '../../state/session.ts'
import { EventActs } from './events-acts.tsx'
import { EventForm } from './events-form.tsx'
import { triggersQuery } from './events-queries.ts'
import { EVENT_SKIPS, eventText } from './events-words.ts'

const RENEW_MS = 10_000

/** What lets pipelines run when something happens, and what came of it. */
export function EventsPanel() {
  const query = useQuery({ ...triggersQuery, refetchInterval: RENEW_MS })
  const [adding, setAdding] = useState(false)
  const may = useMay('schedules.edit')
  return (
    <Panel
      title="Events"
      aside={
        may && (
          <button type="button" className="btn btn-quiet" onClick={() => setAdding(true)}>
            <Plus size={14} aria-hidden /> Add event
          </button>
        )
      }
    >
      <Load query={query} what="the events" lines={3}>
        {(triggers) =>
          triggers.length === 0 ? (
            <Empty kind="first-use">
              No event yet. An event runs a pipeline when a dataset is published, when a file arrives, or when another program calls.
            </Empty>
          ) : (
            <Triggers triggers={triggers} />
          )
        }
      </Load>
      {adding && <EventForm onClose={() => setAdding(false)} />}
    </Panel>
  )
}

function Triggers({ triggers }: { triggers: EventTrigger[] }) {
  return (
    <Table
      label="Event triggers by pipeline"
      head={
        <Heads
          of={[
            'Pipeline',
            'Runs when',
            'State',
            'Last run',
            { name: 'Runs', right: true, className: 'max-lg:hidden' },
            { name: 'No run', right: true, className: 'max-lg:hidden' },
            { name: 'Act', hidden: true },
          ]}
        />
      }
    >
      {triggers.map((trigger) => (
        <Row key={trigger.id} trigger={trigger} />
      ))}
    </Table>
  )
}

function Row({ trigger }: { trigger: EventTrigger }) {
  const { id, pipeline, event, paused, problem, lastRun, fired, lastFiredAt, skipped, lastSkippedAt, lastSkipReason, createdAt } = trigger
  const receipt = (count: number, at: string | null) =>
    measured(count, {
      asOf: at ?? createdAt,
      scope: { rows: count, of: null, how: 'full', unit: 'runs' },
      src: { kind: 'query', id: `event trigger ${id}` },
    })
  return (
    <tr>
      <th scope="row" className="pin">
        <a href={`/runs?pipeline=${encodeURIComponent(pipeline)}`} className="hover:underline" title={`Runs of ${pipeline}`}>
          {pipeline}
        </a>
      </th>
      <td>{eventText(event)}</td>
      <td>
        {paused ? (
          <StatusBadge mark="paused" word="Paused" />
        ) : problem === null ? (
          <StatusBadge mark="ok" word="Waiting" />
        ) : (
          <span title={problem}>
            <StatusBadge mark="warning" word="Cannot look" />
            <span className="block max-w-56 whitespace-normal text-warn">{problem}</span>
          </span>
        )}
      </td>
      <td>
        {lastRun === null ? (
          <span className="text-text-3">never</span>
        ) : (
          <span className="inline-flex items-baseline gap-1.5 whitespace-nowrap">
            <a href={`/runs/${encodeURIComponent(lastRun.id)}`} className="hover:underline" title="Open the last run">
              <StatusBadge {...RUN_MARKS[lastRun.state]} />
            </a>
            <Time at={lastRun.queuedAt} className="text-text-3 max-lg:hidden" />
          </span>
        )}
      </td>
      <td className="right max-lg:hidden">
        <Num m={receipt(fired, lastFiredAt)} label={`events of ${pipeline} that gave a run`} />
      </td>
      <td className="right max-lg:hidden">
        <Num m={receipt(skipped, lastSkippedAt)} label={`events of ${pipeline} that gave no run`} />
        {lastSkipReason !== null && <span className="text-text-3 max-lg:sr-only"> · {EVENT_SKIPS[lastSkipReason]}</span>}
      </td>
      <td className="right">
        <EventActs trigger={trigger} />
      </td>
    </tr>
  )
}
