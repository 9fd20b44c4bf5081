import type { QuarantineEntry } from '../../../../contract/quarantine.ts'
import { IdText } from '../../../components/id-text.tsx'
import { StatusBadge } from '../../../components/status-badge.tsx'
import { Heads } from '../../../components/heads.tsx'
import { Table } from '../../../components/table.tsx'
import { formatCount } from '../../../format/count.ts'
import { ROW_STATES, rowKey } from './words.ts'

interface Props {
  rows: readonly QuarantineEntry[]
  chosen: ReadonlyMap<string, QuarantineEntry>
  onToggle: (entry: QuarantineEntry) => void
}

/** Quarantined rows with where they came from and why they were refused; open ones can be chosen. */
export function QuarantineRows({ rows, chosen, onToggle }: Props) {
  return (
    <Table label="Quarantined rows" maxHeight={560} head={<Heads of={['Row', 'State', 'Column', 'Reason', 'The row as it came']} />}>
      {rows.map((entry) => (
        <tr key={rowKey(entry)}>
          <th scope="row" className="pin">
            <label className="inline-flex items-center gap-2">
              <input
                type="checkbox"
                checked={chosen.has(rowKey(entry))}
                disabled={entry.state !== 'open'}
                onChange={() => onToggle(entry)}
                aria-label={`Choose row ${entry.row} of batch ${entry.batch}`}
              />
              <span>
                {entry.line === null ? 'line unknown' : `line ${formatCount(entry.line)}`}
                <span className="block max-w-48 truncate font-normal text-text-3" title={entry.file ?? undefined}>
                  {entry.file ?? 'file unknown'}
                </span>
              </span>
            </label>
          </th>
          <td>
            <StatusBadge {...ROW_STATES[entry.state]} />
            {entry.replayRunId !== null && (
              <a className="link block text-label" href={`/runs/${encodeURIComponent(entry.replayRunId)}`}>
                run <IdText id={entry.replayRunId} />
              </a>
            )}
          </td>
          <td>{entry.column ?? <span className="text-text-3">whole row</span>}</td>
          <td className="wrap min-w-48">{entry.reason}</td>
          <td className="max-w-[60ch] truncate font-mono" title={entry.content ?? undefined}>
            {entry.content ?? <span className="font-sans text-text-3">needs the right to see raw data</span>}
          </td>
        </tr>
      ))}
    </Table>
  )
}
