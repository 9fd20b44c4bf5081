import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { IdText } from '../../../components/id-text.tsx'
import { Load } from '../../../components/panel.tsx'
import { Heads } from '../../../components/heads.tsx'
import { Table } from '../../../components/table.tsx'
import { Time } from '../../../components/time.tsx'
import { formatCount } from '../../../format/count.ts'
import { quarantineActsQuery } from '../../../state/quarantine-queries.ts'
import { ROW_STATES } from './words.ts'

/** Who sent rows back or gave them up, when and why. */
export function Acts({ dataset }: { dataset: string }) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <details className="panel" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="link mx-4 my-3 w-fit">What was done with rows</summary>
      {isOpen && <List dataset={dataset} />}
    </details>
  )
}

function List({ dataset }: { dataset: string }) {
  const query = useQuery(quarantineActsQuery(dataset))
  return (
    <Load query={query} what="what was done" lines={3}>
      {(acts) =>
        acts.length === 0 ? (
          <p className="px-4 pb-3 text-text-2">Nothing was done yet: every row is as it was refused.</p>
        ) : (
          <Table label="What was done" head={<Heads of={['When', 'By', 'Done', { name: 'Rows', right: true }, 'Reason', 'Run']} />}>
            {acts.map(({ batch, state, rows, by, at, reason, runId }, index) => (
              <tr key={`${batch} ${at} ${index}`}>
                <th scope="row" className="pin">
                  <Time at={at} />
                </th>
                <td>{by}</td>
                <td>{state === 'open' ? 'given back: the run failed' : ROW_STATES[state].word.toLowerCase()}</td>
                <td className="right">{formatCount(rows)}</td>
                <td className="wrap min-w-40">{reason ?? <span className="text-text-3">—</span>}</td>
                <td>
                  {runId === null ? (
                    <span className="text-text-3">—</span>
                  ) : (
                    <a className="link" href={`/runs/${encodeURIComponent(runId)}`}>
                      <IdText id={runId} />
                    </a>
                  )}
                </td>
              </tr>
            ))}
          </Table>
        )
      }
    </Load>
  )
}
