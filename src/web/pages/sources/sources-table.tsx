import { useQuery } from '@tanstack/react-query'
import type { Source } from '../../../contract/sources.ts'
import { Num } from '../../components/num.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { formatCount } from '../../format/count.ts'
import { all, measured } from '../../measured.ts'
import { connectorsQuery } from '../../state/source-queries.ts'
import { sourceNumbers } from '../../state/source-numbers.ts'
import { ActButtons } from './act-buttons.tsx'
import { SOURCE_MARKS, reasonOf } from './words.ts'

/** What is worst comes first; the order does not follow the clock, so that rows stay where they are. */
const ORDER: Source['state'][] = ['failing', 'partial', 'rate_limited', 'never_run', 'running', 'on_time', 'paused']

/** Sources, one a line. */
export function SourcesTable({ sources }: { sources: Source[] }) {
  const sorted = sources.toSorted((a, b) => ORDER.indexOf(rankOf(a)) - ORDER.indexOf(rankOf(b)) || (a.name < b.name ? -1 : 1))
  return (
    <Table
      label="Sources, worst first"
      head={
        <Heads
          of={[
            'Source',
            'State',
            { name: 'Type', className: 'max-lg:hidden' },
            { name: 'Streams', right: true },
            'Last success',
            { name: 'Rows, last run', right: true },
            'Reason',
            { name: 'Act', hidden: true },
          ]}
        />
      }
    >
      {sorted.map((source) => (
        <Row key={source.name} source={source} />
      ))}
    </Table>
  )
}

/** A run that goes on does not move its row: it stands where the source stood before. */
function rankOf(source: Source): Source['state'] {
  return source.state === 'running' && source.lastSuccessAt !== null ? 'on_time' : source.state
}

function Row({ source }: { source: Source }) {
  const connectors = useQuery(connectorsQuery)
  const { name, connector, state, lastRun, lastSuccessAt, streamsDelivered } = source
  const numbers = sourceNumbers(source)
  const reason = reasonOf(source)
  const badge = <StatusBadge {...SOURCE_MARKS[state]} />
  return (
    <tr data-source={name}>
      <th scope="row" className="pin">
        <a href={`/sources/${encodeURIComponent(name)}`} className="hover:underline">
          {name}
        </a>
      </th>
      <td>
        {lastRun === null ? (
          badge
        ) : (
          <a href={`/runs/${encodeURIComponent(lastRun.runId)}`} className="hover:underline" title="Open the last run">
            {badge}
          </a>
        )}
      </td>
      <td className="max-lg:hidden">{connectors.data?.find(({ id }) => id === connector)?.title ?? connector}</td>
      <td className="right">
        {streamsDelivered === null || lastRun === null ? (
          <span className="text-text-3">never read</span>
        ) : (
          <Num
            m={measured(streamsDelivered.delivered, {
              asOf: lastRun.finishedAt ?? lastRun.queuedAt,
              scope: all(streamsDelivered.chosen, 'streams'),
              src: { kind: 'run', id: lastRun.runId },
            })}
            as={(delivered) => `${formatCount(delivered)} of ${formatCount(streamsDelivered.chosen)}`}
            label={`streams of ${name} that the last run delivered`}
          />
        )}
      </td>
      <td>{lastSuccessAt === null ? <span className="text-text-3">never</span> : <Time at={lastSuccessAt} />}</td>
      <td className="right">
        {lastRun === null ? (
          <span className="text-text-3">never read</span>
        ) : numbers.read.s === 'pending' ? (
          <span className="text-text-3">being read</span>
        ) : (
          <Num m={numbers.read} label={`rows that the last run of ${name} read`} />
        )}
      </td>
      <td className="max-w-[36ch] truncate text-text-2 max-lg:max-w-[16ch]">
        {reason === null ? (
          <span className="text-text-3">
            <span aria-hidden>—</span>
            <span className="sr-only">nothing is wrong</span>
          </span>
        ) : (
          <span title={reason}>{reason}</span>
        )}
      </td>
      <td className="right">
        <ActButtons source={source} inRow />
      </td>
    </tr>
  )
}
