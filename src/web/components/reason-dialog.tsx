import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { AskDialog } from './dialog.tsx'
import { Field } from './field.tsx'
import { ProblemView } from './problem-view.tsx'

interface ReasonDialogProps {
  title: string
  /** What it does, and what it does not. */
  children: ReactNode
  /** The act: Put aside. */
  confirm: string
  busy: boolean
  /** Why the last try did nothing, and what it was. */
  error: Error | null
  what: string
  /** Told of the reason without spaces around it, never empty. */
  onConfirm: (reason: string) => void
  onClose: () => void
}

/** A question whose answer needs a reason, which is kept with what was done. */
export function ReasonDialog({ title, children, confirm, busy, error, what, onConfirm, onClose }: ReasonDialogProps) {
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const id = useId()
  const missing = reason.trim() === ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (missing) document.getElementById(id)?.querySelector('input')?.focus()
    else if (!busy) onConfirm(reason.trim())
  }
  return (
    <AskDialog title={title} confirm={confirm} busy={busy} form={id} onClose={onClose}>
      <p className="mb-3">{children}</p>
      <form id={id} noValidate onSubmit={submit}>
        <Field
          label="Reason"
          hint="It is kept in the audit log: write no value of a row."
          error={asked && missing ? 'Write why.' : undefined}
        >
          {(ids) => (
            <input
              {...ids}
              className="input w-full"
              required
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
      </form>
      {error !== null && <ProblemView error={error} what={what} />}
    </AskDialog>
  )
}
