import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { PipelineDetail } from '../../../contract/stored-pipelines.ts'
import { Panel } from '../../components/panel.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { SEVERITIES } from '../alerts/words.ts'
import { schedulesQuery } from '../schedules/schedule-queries.ts'

/** When it runs by itself, how old its datasets may become, and who is told of what. */
export function DeclaredPanel({ pipeline: { name, git, declared } }: { pipeline: PipelineDetail }) {
  const query = useQuery(schedulesQuery)
  const schedules = query.data?.filter(({ pipeline }) => pipeline === name)
  const { freshness, alerts } = declared
  return (
    <Panel title="Runs, freshness and alerts" aside={git?.holds === true ? `from ${git.file}` : undefined}>
      <dl className="grid gap-x-6 gap-y-3 px-4 py-3 md:grid-cols-3">
        <Part title="Runs by itself" href="/schedules" none={schedules === undefined ? 'not known' : 'on no schedule'}>
          {(schedules ?? []).map(({ id, words, paused }) => (
            <li key={id}>
              {words}
              {paused && <span className="text-text-3"> (paused)</span>}
            </li>
          ))}
        </Part>
        <Part title="Freshness targets of its file" href="/schedules" none="none">
          {freshness.map(({ dataset, within }) => (
            <li key={dataset}>
              <a href={`/datasets/${encodeURIComponent(dataset)}`} className="hover:underline">
                {dataset}
              </a>{' '}
              <span className="whitespace-nowrap text-text-2">no older than {within}</span>
            </li>
          ))}
        </Part>
        <Part title="Alert rules of its file" href="/alerts?tab=rules" none="none; the rules for all pipelines hold">
          {alerts.map(({ id, name: rule, severity, enabled }) => (
            <li key={id} className="flex flex-wrap items-baseline gap-x-2">
              {rule} <StatusBadge {...SEVERITIES[severity]} />
              {!enabled && <span className="text-text-3">off</span>}
            </li>
          ))}
        </Part>
      </dl>
    </Panel>
  )
}

/** @param none what is said where there is nothing */
function Part({ title, href, none, children }: { title: string; href: string; none: string; children: ReactNode[] }) {
  return (
    <div>
      <dt className="text-label text-text-3">
        <a href={href} className="hover:underline">
          {title}
        </a>
      </dt>
      <dd className="mt-1 text-cell">
        {children.length === 0 ? <span className="text-text-3">{none}</span> : <ul className="grid gap-1">{children}</ul>}
      </dd>
    </div>
  )
}
