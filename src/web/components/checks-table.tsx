import type { CheckResult } from '../../contract/quality.ts'
import { formatCount } from '../format/count.ts'
import { formatPassRate } from '../format/percent.ts'
import { type Measured, type Receipt, all, allRows } from '../measured.ts'
import { Num } from './num.tsx'
import { CHECK_MARKS, StatusBadge } from './status-badge.tsx'
import { Heads } from './heads.tsx'
import { Table } from './table.tsx'

const WORST = ['failed', 'error', 'warned', 'not_run', 'passed']

/** Checks, worst first. Failed, could not run and not run are three different things. */
export function ChecksTable({ checks, receipt }: { checks: (CheckResult & { dataset?: string })[]; receipt: Receipt }) {
  const sorted = checks.toSorted((a, b) => WORST.indexOf(a.status) - WORST.indexOf(b.status) || a.title.localeCompare(b.title))
  const explained = sorted.some((check) => check.message !== null)
  return (
    <Table
      label="Checks"
      head={
        <Heads
          of={[
            'Check',
            'State',
            'Column',
            { name: 'Dimension', className: 'max-lg:hidden' },
            { name: 'Failing rows', right: true },
            { name: 'Passing', right: true },
            ...(explained ? ['What it means'] : []),
          ]}
        />
      }
    >
      {sorted.map((check, index) => (
        <CheckRow key={`${check.dataset} ${check.check} ${check.column} ${index}`} check={check} receipt={receipt} explained={explained} />
      ))}
    </Table>
  )
}

function CheckRow({ check, receipt, explained }: { check: CheckResult & { dataset?: string }; receipt: Receipt; explained: boolean }) {
  const { mark, word } = CHECK_MARKS[check.status]
  const ran = check.status !== 'not_run' && check.status !== 'error'
  const failing: Measured<number> = ran ? { s: 'ok', v: check.failing, ...receipt, scope: allRows(check.eligible) } : { s: 'never' }
  return (
    <tr>
      <th scope="row" className="pin">
        {check.title}
        {check.blocking && <span className="ml-1.5 font-normal text-text-3">blocking</span>}
      </th>
      <td>
        <StatusBadge mark={mark} word={word} />
      </td>
      <td>{check.column ?? <span className="text-text-3">whole row</span>}</td>
      <td className="max-lg:hidden">{check.dimension}</td>
      <td className="right">
        <Num m={failing} label={`rows that fail ${check.title}`} formula={`${check.check} over the rows it applies to`} />
      </td>
      <td className="right">
        {ran ? (
          `${formatPassRate(check.eligible - check.failing, check.eligible)} of ${formatCount(check.eligible)}`
        ) : (
          <span className="text-text-3">—</span>
        )}
      </td>
      {explained && <td className="wrap min-w-48 text-text-2">{check.message ?? '—'}</td>}
    </tr>
  )
}

/** `37 passed · 1 failed · 1 not run`, each counted apart. */
export function ChecksSum({ checks, receipt }: { checks: CheckResult[]; receipt: Receipt }) {
  return (
    <span className="flex flex-wrap gap-x-4 gap-y-1 text-cell">
      {(['passed', 'warned', 'failed', 'error', 'not_run'] as const).map((status) => {
        const count = checks.filter((check) => check.status === status).length
        if (count === 0) return null
        return (
          <span key={status} className="inline-flex min-h-6 items-center gap-1">
            <Num m={{ s: 'ok', v: count, ...receipt, scope: all(checks.length, 'checks') }} label={`checks: ${CHECK_MARKS[status].word}`} />{' '}
            {CHECK_MARKS[status].word.toLowerCase()}
          </span>
        )
      })}
    </span>
  )
}
