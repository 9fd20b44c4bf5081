import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { AlertDetail } from '../../../contract/alerts.ts'
import { Modal } from '../../components/modal.tsx'
import { Load } from '../../components/panel.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Time } from '../../components/time.tsx'
import { alertQuery } from '../../state/alert-queries.ts'
import { AlertActs } from './alert-forms.tsx'
import { Coming } from './coming.tsx'
import { Count, Downstream, Where } from './alerts-table.tsx'
import { CHANGES, DELIVERIES, SEVERITIES, STATES } from './words.ts'

/** One alert: what it is, what to do, what happened to it, and who was told. */
export function AlertDrawer({ alertId, onClose }: { alertId: string; onClose: () => void }) {
  const query = useQuery(alertQuery(alertId))
  return (
    <Modal title={query.data?.what ?? 'Alert'} side="right" width={600} onClose={onClose}>
      <Load query={query} what="the alert" lines={8}>
        {(alert) => <Body alert={alert} />}
      </Load>
    </Modal>
  )
}

function Body({ alert }: { alert: AlertDetail }) {
  return (
    <div className="grid gap-5 px-4 py-4">
      <Facts alert={alert} />
      {alert.state === 'open' && <AlertActs alert={alert} />}
      <Part title="What happened">
        <ol className="grid gap-1">
          {alert.changes.map(({ change, at, by, note }, index) => (
            <li key={`${at} ${index}`} className="flex flex-wrap gap-x-3">
              <Time at={at} className="text-text-3" />
              <span>
                {CHANGES[change]}
                {by !== null && ` by ${by}`}
                {note !== null && note !== '' && `: ${note}`}
              </span>
            </li>
          ))}
        </ol>
      </Part>
      <Part title="Messages">
        {alert.deliveries.length === 0 ? (
          <p className="text-text-2">No channel was sent a message about it yet.</p>
        ) : (
          <ul className="grid gap-2">
            {alert.deliveries.map((delivery) => (
              <li key={delivery.id} className="flex flex-wrap items-center gap-x-3">
                <StatusBadge {...DELIVERIES[delivery.state]} />
                <span>{delivery.channel}</span>
                <Time at={delivery.sentAt ?? delivery.formedAt} className="text-text-3" />
                {delivery.dueAt !== null && delivery.error !== null && (
                  <span className="text-text-3">
                    again <Coming at={delivery.dueAt} />
                  </span>
                )}
                {delivery.error !== null && <span className="basis-full text-bad">{delivery.error}</span>}
              </li>
            ))}
          </ul>
        )}
      </Part>
    </div>
  )
}

function Facts({ alert }: { alert: AlertDetail }) {
  const { state, severity, next, cause, openedAt, lastAt, owner, snoozedUntil, endedAt, endedBy, note } = alert
  return (
    <dl className="grid grid-cols-[112px_1fr] gap-x-3 gap-y-1.5">
      <Fact name={state === 'open' ? 'Severity' : 'State'}>
        <StatusBadge {...(state === 'open' ? SEVERITIES[severity] : STATES[state])} />
      </Fact>
      <Fact name="Where">
        <Where alert={alert} />
      </Fact>
      <Fact name="Since">
        <Time at={openedAt} />
      </Fact>
      <Fact name="Seen">
        <span>
          <Count alert={alert} asOf={lastAt} /> times, last <Time at={lastAt} />
        </span>
      </Fact>
      <Fact name="Downstream">
        <Downstream alert={alert} asOf={openedAt} />
      </Fact>
      <Fact name="Next step">{next}</Fact>
      {cause !== null && (
        <Fact name="Cause">
          <a className="link font-mono" href={`/docs#${cause}`}>
            {cause}
          </a>
        </Fact>
      )}
      {owner !== null && <Fact name="Owner">{owner}</Fact>}
      {snoozedUntil !== null && (
        <Fact name="Snoozed">
          <span>
            until <Coming at={snoozedUntil} />
          </span>
        </Fact>
      )}
      {endedAt !== null && (
        <Fact name="Ended">
          <span>
            <Time at={endedAt} />
            {endedBy !== null && ` by ${endedBy}`}
            {note !== null && `: ${note}`}
          </span>
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-text-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2 text-section">{title}</h3>
      {children}
    </section>
  )
}
