import { useQuery } from '@tanstack/react-query'
import type { Freshness } from '../../../contract/graph.ts'
import { Panel } from '../../components/panel.tsx'
import { type Mark, StatusBadge } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { freshnessQuery } from './events-queries.ts'

const RENEW_MS = 20_000
const STATES: Record<Freshness['state'], { mark: Mark; word: string }> = {
  fresh: { mark: 'ok', word: 'Fresh' },
  updating: { mark: 'running', word: 'Updating' },
  missed: { mark: 'late', word: 'Too old' },
  unmeasured: { mark: 'none', word: 'Never built' },
}

/** How old datasets may become, and how they stand; nothing where nobody said. */
export function FreshnessPanel() {
  const query = useQuery({ ...freshnessQuery, refetchInterval: RENEW_MS })
  if (query.data === undefined || query.data.length === 0) return null
  return (
    <Panel title="Freshness">
      <Table label="Freshness targets by dataset" head={<Heads of={['Dataset', 'No older than', 'State', 'Data of']} />}>
        {query.data.map(({ dataset, within, state, asOf, missedSince, reason, file }) => (
          <tr key={dataset}>
            <th scope="row" className="pin">
              <a href={`/datasets/${encodeURIComponent(dataset)}`} className="hover:underline" title={`Open ${dataset}`}>
                {dataset}
              </a>
            </th>
            <td>
              {within}
              {file !== null && (
                <span className="text-text-3" title={`Stands in ${file}, and is changed there`}>
                  {' '}
                  · Git<span className="sr-only">, in {file}</span>
                </span>
              )}
            </td>
            <td>
              <StatusBadge {...STATES[state]} />
              {missedSince !== null && (
                <span className="text-text-3">
                  {' '}
                  since <Time at={missedSince} />
                </span>
              )}
              {reason !== null && <span className="block text-warn">{reason}</span>}
            </td>
            <td>{asOf === null ? <span className="text-text-3">never</span> : <Time at={asOf} />}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  )
}
