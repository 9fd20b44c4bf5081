import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { QuarantineSelection } from '../../../../contract/quarantine.ts'
import { Field } from '../../../components/field.tsx'
import { Modal } from '../../../components/modal.tsx'
import { ProblemView } from '../../../components/problem-view.tsx'
import { formatCount } from '../../../format/count.ts'
import { client } from '../../../state/api.ts'
import { renewQuarantine } from '../../../state/quarantine-queries.ts'

/** Gives rows up, with a reason that stays with them. The rows themselves are kept. */
export function DiscardForm({ selection, target, onClose }: { selection: QuarantineSelection; target: string; onClose: () => void }) {
  const [reason, setReason] = useState('')
  const discard = useMutation({
    mutationFn: () => client.call('POST /quarantine/discard', { body: { selection, reason: reason.trim() } }),
    onSuccess: renewQuarantine,
  })
  if (discard.isSuccess)
    return (
      <Modal title="Discarded" onClose={onClose}>
        <p role="status" className="p-4">
          {formatCount(discard.data.rows)} {discard.data.rows === 1 ? 'row is' : 'rows are'} discarded. They stay in the quarantine with
          your reason.
        </p>
      </Modal>
    )
  return (
    <Modal title={`Discard ${target}`} onClose={onClose}>
      <form
        className="grid gap-4 p-4"
        onSubmit={(event) => {
          event.preventDefault()
          discard.mutate()
        }}
      >
        <Field label="Reason" hint="Without values of the rows: it stands in the audit.">
          {(ids) => (
            <textarea
              {...ids}
              className="input min-h-20"
              maxLength={2000}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        {discard.isError && <ProblemView error={discard.error} what="Nothing was discarded" />}
        <div className="flex flex-wrap gap-2">
          <button type="submit" className="btn btn-danger" disabled={reason.trim() === '' || discard.isPending}>
            Discard
          </button>
          <button type="button" className="btn" onClick={onClose}>
            Keep
          </button>
        </div>
      </form>
    </Modal>
  )
}
