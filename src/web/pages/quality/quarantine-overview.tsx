import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { DatasetLabel } from '../../components/layer-mark.tsx'
import { Empty } from '../../components/empty.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { formatCount } from '../../format/count.ts'
import { pollWhilePaused } from '../../state/live.ts'
import { quarantineOverviewQuery } from '../../state/quarantine-queries.ts'

/** Which datasets have refused rows, and how many wait for somebody. */
export function QuarantineOverviewPanel() {
  const query = useQuery({ ...quarantineOverviewQuery, refetchInterval: pollWhilePaused })
  return (
    <Panel title="Refused rows">
      <Load query={query} what="the quarantine" lines={5}>
        {(datasets) =>
          datasets.length === 0 ? (
            <Empty kind="good">No row was ever quarantined.</Empty>
          ) : (
            <Table
              label="Refused rows by dataset"
              head={
                <Heads
                  of={[
                    'Dataset',
                    { name: 'Open', right: true },
                    { name: 'On their way', right: true },
                    { name: 'Replayed', right: true },
                    { name: 'Let in', right: true, title: 'Let in by a run, because nothing refuses them any more' },
                    { name: 'Read again', right: true, title: 'Given once more by their source, or by a dataset built anew' },
                    { name: 'Discarded', right: true },
                    { name: 'In all', right: true },
                    'Last refused',
                  ]}
                />
              }
            >
              {datasets.map(({ dataset, rows, states, lastAt }) => (
                <tr key={dataset}>
                  <th scope="row" className="pin">
                    <Link to="/datasets/$name" params={{ name: dataset }} search={{ tab: 'quarantine' }} className="hover:underline">
                      <DatasetLabel name={dataset} />
                    </Link>
                  </th>
                  <td className="right font-medium">{formatCount(states.open)}</td>
                  <td className="right">{formatCount(states.replaying)}</td>
                  <td className="right">{formatCount(states.replayed)}</td>
                  <td className="right">{formatCount(states.released)}</td>
                  <td className="right">{formatCount(states.superseded)}</td>
                  <td className="right">{formatCount(states.discarded)}</td>
                  <td className="right">{formatCount(rows)}</td>
                  <td>
                    <Time at={lastAt} />
                  </td>
                </tr>
              ))}
            </Table>
          )
        }
      </Load>
    </Panel>
  )
}
