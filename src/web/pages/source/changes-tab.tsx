import { useQuery } from '@tanstack/react-query'
import type { SchemaChange, Source } from '../../../contract/sources.ts'
import { Empty } from '../../components/empty.tsx'
import { Load, Panel } from '../../components/panel.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { schemaChangesQuery } from '../../state/source-queries.ts'

/** What changed in the schema of the source between two runs, and what was done about it. */
export function ChangesTab({ source }: { source: Source }) {
  const query = useQuery(schemaChangesQuery(source.name))
  return (
    <Panel title="Schema changes">
      <Load query={query} what="the schema changes" lines={6}>
        {(changes) => {
          if (changes.length > 0) return <ChangesTable changes={changes} />
          return source.lastRun === null ? (
            <Empty kind="never-measured">
              Not looked at yet: the first run says what the streams are like, the next ones what changed.
            </Empty>
          ) : (
            <Empty kind="good">None found: each run compared the streams with the run before.</Empty>
          )
        }}
      </Load>
    </Panel>
  )
}

const SIGNS: Record<SchemaChange['kind'], { sign: string; word: string }> = {
  new_table: { sign: '+', word: 'new stream' },
  added: { sign: '+', word: 'column added' },
  dropped: { sign: '−', word: 'column removed' },
  retyped: { sign: '~', word: 'type changed' },
  nullability: { sign: '~', word: 'values can be missing' },
  renamed: { sign: '~', word: 'column renamed' },
}

function ChangesTable({ changes }: { changes: SchemaChange[] }) {
  return (
    <Table
      label="Schema changes, newest first"
      head={<Heads of={['Stream', 'Change', 'Column', 'From → to', 'What was done', 'Breaking', 'When']} />}
    >
      {changes.map((change) => {
        const { sign, word } = SIGNS[change.kind]
        return (
          <tr key={change.id}>
            <th scope="row" className="pin">
              {change.stream}
            </th>
            <td>
              <span aria-hidden className="font-mono">
                {sign}
              </span>{' '}
              {word}
            </td>
            <td>
              {change.column === null ? <span className="text-text-3">all</span> : <code className="font-mono">{change.column}</code>}
            </td>
            <td>
              {change.from === null && change.to === null ? (
                <span className="text-text-3">—</span>
              ) : (
                <code className="font-mono">
                  {change.from ?? 'nothing'} → {change.to ?? 'nothing'}
                </code>
              )}
            </td>
            <td className="wrap max-w-[36ch]">{change.action}</td>
            <td>{change.breaking ? <StatusBadge mark="warning" word="Breaking" /> : <span className="text-text-3">no</span>}</td>
            <td>
              <a className="link" href={`/runs/${encodeURIComponent(change.runId)}`} title="Open the run that saw it">
                run
              </a>{' '}
              <Time at={change.at} />
            </td>
          </tr>
        )
      })}
    </Table>
  )
}
