import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { PiiDecision, ReviewedFinding } from '../../../contract/pii-review.ts'
import { DatasetLabel } from '../../components/layer-mark.tsx'
import { Modal } from '../../components/modal.tsx'
import { Num } from '../../components/num.tsx'
import { lookedAt } from '../../components/pii-table.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { ShareBar } from '../../components/share-bar.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { formatCount } from '../../format/count.ts'
import { entityName } from '../../format/pii-words.ts'
import { useDecide, useWithdraw } from '../../state/pii-queries.ts'
import { useMay } from '../../state/session.ts'
import { DecisionWords } from './decision-words.tsx'
import { selOf } from './selection.ts'
import { STATES, actionInWords } from './words.ts'

/** Findings with what was found on what evidence, what was done, and what a steward says. Never a value. */
export function FindingsTable({ findings, asOf }: { findings: ReviewedFinding[]; asOf: string }) {
  const decide = useDecide()
  const withdraw = useWithdraw()
  const failed = decide.error ?? withdraw.error
  const clear = () => (decide.reset(), withdraw.reset())
  const [last, setLast] = useState<PiiDecision>()
  const act = (finding: ReviewedFinding, decision: 'confirm' | 'dismiss') =>
    decide.mutate({ finding, verdict: { decision } }, { onSuccess: (saved) => setLast(saved) })
  const busy = decide.isPending || withdraw.isPending
  return (
    <>
      {last !== undefined && (
        <p role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-selected px-4 py-2">
          <span>
            {last.dataset}.{last.column}: {last.decision === 'confirm' ? 'confirmed as' : 'not'} {entityName(last.entity)}. It holds from
            the next run on.
          </span>
          <button
            type="button"
            className="link"
            disabled={busy}
            onClick={() => withdraw.mutate(last, { onSuccess: () => setLast(undefined) })}
          >
            Undo
          </button>
        </p>
      )}
      <Table label="Findings of personal data" head={<Heads of={['Column and kind', 'Evidence', 'Decision', 'Cells found', 'Done']} />}>
        {findings.map((finding) => (
          <Row key={selOf(finding)} finding={finding} asOf={asOf} busy={busy} onDecide={(decision) => act(finding, decision)} />
        ))}
      </Table>
      {failed !== null && (
        <Modal title="Nothing was decided" onClose={clear}>
          <ProblemView error={failed} />
        </Modal>
      )}
    </>
  )
}

interface RowProps {
  finding: ReviewedFinding
  asOf: string
  busy: boolean
  onDecide: (decision: 'confirm' | 'dismiss') => void
}

function Row({ finding, asOf, busy, onDecide }: RowProps) {
  const { dataset, column, entity, finding: found } = finding
  return (
    <tr data-finding={selOf(finding)}>
      <th scope="row" className="pin">
        <Link
          from="/pii"
          to="/pii"
          search={(old) => ({ ...old, sel: selOf(finding) })}
          resetScroll={false}
          className="hover:underline"
          title="Open evidence and decision"
        >
          <DatasetLabel name={dataset} />
          <span className="text-text-2">.{column}</span>
        </Link>
        <span className="mt-0.5 block font-normal text-text-2">{entityName(entity)}</span>
      </th>
      <td className="wrap max-w-80 min-w-48 text-text-2 max-lg:max-w-56">
        {found === null ? 'a decision alone' : [...(found.within === 'text' ? ['inside text'] : []), ...found.evidence].join(' · ')}
      </td>
      <td>
        <DecisionCell finding={finding} busy={busy} onDecide={onDecide} />
      </td>
      <td>
        <Found finding={finding} asOf={asOf} />
      </td>
      <td>
        {found === null ? (
          <span className="text-text-3">—</span>
        ) : found.action === 'keep' ? (
          <StatusBadge mark="warning" word={actionInWords(found)} />
        ) : (
          actionInWords(found)
        )}
      </td>
    </tr>
  )
}

/** How many of the cells looked at hold it, with the receipt; the share as a bar. */
export function Found({ finding, asOf }: { finding: ReviewedFinding; asOf: string }) {
  const { dataset, column, entity, finding: found, snapshotId } = finding
  if (found === null) return <span className="text-text-3">none found</span>
  return (
    <span className="inline-flex items-center gap-2">
      <ShareBar share={found.rows === 0 ? 0 : found.matches / found.rows} />
      <span>
        <Num
          m={{ s: 'ok', v: found.matches, asOf, scope: lookedAt(found), src: { kind: 'scan', id: `snapshot ${snapshotId} of ${dataset}` } }}
          label={`cells of ${column} with ${entityName(entity)}`}
          formula={`cells in which the recognizer found it, over ${found.sampled == null ? 'every row' : 'a sample of the rows'}`}
        />{' '}
        of {formatCount(found.rows)}
        {found.sampled != null && <span className="text-text-3"> in a sample</span>}
      </span>
    </span>
  )
}

function DecisionCell({ finding, busy, onDecide }: Omit<RowProps, 'asOf'>) {
  const may = useMay('pii.review')
  const { state, decision, decides, dataset, column, entity } = finding
  if (decision !== null) return <DecisionWords state={state} decision={decision} />
  if (decides === null) return <span className="text-text-3">nothing to decide here</span>
  if (!may) return <StatusBadge {...STATES.open} />
  const about = `${dataset}.${column}, ${entityName(entity)}`
  return (
    <span className="inline-flex gap-1">
      <button type="button" className="btn min-h-7 px-2" disabled={busy} onClick={() => onDecide('confirm')}>
        Confirm <span className="sr-only">{about}</span>
      </button>
      <button type="button" className="btn min-h-7 px-2" disabled={busy} onClick={() => onDecide('dismiss')}>
        Not PII <span className="sr-only">{about}</span>
      </button>
    </span>
  )
}
