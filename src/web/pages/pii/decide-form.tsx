import { useState } from 'react'
import type { Entity } from '../../../contract/entities.ts'
import type { PiiVerdict, ReviewedFinding } from '../../../contract/pii-review.ts'
import { Field, Select } from '../../components/field.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { ENTITY_NAMES, entityName } from '../../format/pii-words.ts'
import { useDecide, useWithdraw } from '../../state/pii-queries.ts'
import { useMay } from '../../state/session.ts'
import { DecisionWords } from './decision-words.tsx'

const KINDS = Object.entries(ENTITY_NAMES)
  .map(([value, label]) => ({ value, label }))
  .toSorted((a, b) => (a.label < b.label ? -1 : 1))

const VERDICTS: { value: PiiVerdict; label: (kind: string) => string }[] = [
  { value: 'confirm', label: (kind) => `Right: ${kind}` },
  { value: 'correct', label: () => 'Personal data of another kind' },
  { value: 'dismiss', label: () => 'Not personal data' },
]

/** Confirm, correct or dismiss a finding, with a reason; or take the decision back. */
export function DecideForm({ finding }: { finding: ReviewedFinding }) {
  const { decision, decides, state } = finding
  const may = useMay('pii.review')
  return (
    <section aria-label="Decision" className="border-t border-line pt-4">
      <h3 className="mb-2 text-cell">Decision</h3>
      {decision !== null ? (
        <div className="grid gap-2">
          <DecisionWords state={state} decision={decision} />
          {decision.reason !== '' && <p className="text-text-2">“{decision.reason}”</p>}
          <p className="text-cell text-text-2">
            It beats what is detected in {decision.dataset}, from the run after it on. Nobody is asked again.
          </p>
          <Withdraw finding={finding} may={may} />
        </div>
      ) : decides === null ? (
        <p className="text-text-2">No column of chart comes from this one, so there is nothing to decide here.</p>
      ) : may ? (
        <Form finding={finding} />
      ) : (
        <p className="text-text-2">Nobody decided yet. Your role does not include it; an editor or admin can.</p>
      )}
    </section>
  )
}

function Form({ finding }: { finding: ReviewedFinding }) {
  const [verdict, setVerdict] = useState<PiiVerdict>('confirm')
  const [corrected, setCorrected] = useState('')
  const [reason, setReason] = useState('')
  const decide = useDecide()
  const kind = entityName(finding.entity)
  const incomplete = verdict === 'correct' && corrected === ''
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (incomplete) return
        decide.mutate({
          finding,
          verdict: { decision: verdict, correctedEntity: verdict === 'correct' ? (corrected as Entity) : null, reason: reason.trim() },
        })
      }}
    >
      <fieldset className="grid gap-1">
        <legend className="sr-only">What it is</legend>
        {VERDICTS.map(({ value, label }) => (
          <label key={value} className="flex min-h-7 items-center gap-2">
            <input type="radio" name="verdict" checked={verdict === value} onChange={() => setVerdict(value)} />
            {label(kind)}
          </label>
        ))}
      </fieldset>
      {verdict === 'correct' && (
        <Select
          label="What it is"
          value={corrected}
          options={[{ value: '', label: 'Choose a kind' }, ...KINDS.filter(({ value }) => value !== finding.entity)]}
          onChange={setCorrected}
        />
      )}
      <Field label="Reason" hint="Optional. It is kept in the audit log: write no value of a row.">
        {(ids) => <input {...ids} className="input" maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      {decide.isError && <ProblemView error={decide.error} what="Nothing was decided" />}
      <div>
        <button type="submit" className="btn btn-primary" disabled={decide.isPending || incomplete}>
          {decide.isPending ? 'Saving' : 'Save decision'}
        </button>
      </div>
    </form>
  )
}

function Withdraw({ finding: { decision }, may }: { finding: ReviewedFinding; may: boolean }) {
  const withdraw = useWithdraw()
  if (decision === null) return null
  return (
    <div>
      <button
        type="button"
        className="btn"
        disabled={!may || withdraw.isPending}
        title={may ? undefined : 'Your role does not include reviewing personal data'}
        onClick={() => withdraw.mutate(decision)}
      >
        {withdraw.isPending ? 'Withdrawing' : 'Withdraw decision'}
      </button>
      {withdraw.isError && <ProblemView error={withdraw.error} what="The decision stands" />}
    </div>
  )
}
