import type { PiiFinding } from '../../contract/pii.ts'
import { formatCount } from '../format/count.ts'
import { formatFailRate } from '../format/percent.ts'
import { actionName, entityName } from '../format/pii-words.ts'
import { type Receipt, type Scope, allRows } from '../measured.ts'
import { Num } from './num.tsx'
import { ShareBar } from './share-bar.tsx'
import { StatusBadge } from './status-badge.tsx'
import { Heads } from './heads.tsx'
import { Table } from './table.tsx'

/** The rows that a finding speaks for: every one, or those of a sample. */
export function lookedAt({ rows, sampled }: Pick<PiiFinding, 'rows' | 'sampled'>): Scope {
  return sampled == null ? allRows(rows) : { rows: sampled.rows, of: sampled.of, how: 'sample' }
}

interface PiiTableProps {
  findings: (PiiFinding & { dataset?: string })[]
  /** Columns that the policy names and in which nothing was found. */
  named?: { column: string; action: string }[]
  receipt: Receipt
  /** What the column of actions is called. */
  done?: string
}

/** Personal data by column: what was found, on what evidence, and what was done to it. Never a value. */
export function PiiTable({ findings, named = [], receipt, done = 'Done before chart' }: PiiTableProps) {
  return (
    <Table
      label="Personal data by column"
      head={<Heads of={['Column', 'Kind', done, { name: 'Cells found', right: true }, 'Of cells looked at', 'Evidence']} />}
    >
      {findings.map((finding) => (
        <tr key={`${finding.dataset} ${finding.column} ${finding.entity}`}>
          <th scope="row" className="pin">
            {finding.column}
            {finding.within === 'text' && <span className="ml-1.5 font-normal text-text-3">inside text</span>}
          </th>
          <td>{entityName(finding.entity)}</td>
          <td>{finding.action === 'keep' ? <StatusBadge mark="warning" word={actionName('keep')} /> : actionName(finding.action)}</td>
          <td className="right">
            <Num
              m={{ s: 'ok', v: finding.matches, ...receipt, scope: lookedAt(finding) }}
              label={`cells of ${finding.column} with ${entityName(finding.entity).toLowerCase()}`}
              formula={`cells in which the recognizer found it, over ${finding.sampled ? 'a sample of the rows' : 'every row'}`}
            />
          </td>
          <td>
            <span className="inline-flex items-center gap-2">
              <ShareBar share={finding.rows === 0 ? 0 : finding.matches / finding.rows} />
              {formatFailRate(finding.matches, finding.rows)} of {formatCount(finding.rows)}
              {finding.sampled != null && <span className="text-text-3">in a sample</span>}
            </span>
          </td>
          <td className="wrap min-w-96 text-text-2">{finding.evidence.join(' · ')}</td>
        </tr>
      ))}
      {named.map(({ column, action }) => (
        <tr key={column}>
          <th scope="row" className="pin">
            {column}
          </th>
          <td>{entityName(null)}</td>
          <td>{action === 'keep' ? <StatusBadge mark="warning" word={actionName('keep')} /> : actionName(action)}</td>
          <td className="right text-text-3">none found</td>
          <td className="text-text-3">—</td>
          <td className="wrap text-text-2">the pipeline names the column itself</td>
        </tr>
      ))}
    </Table>
  )
}
