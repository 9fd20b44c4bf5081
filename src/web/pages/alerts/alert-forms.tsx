import { type FormEvent, useState } from 'react'
import type { Alert } from '../../../contract/alerts.ts'
import { Field, Select } from '../../components/field.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { useMay } from '../../state/session.ts'
import { useResolveAlert, useSnoozeAlert, useTakeAlert } from './alert-acts.ts'
import { SNOOZES } from './words.ts'

/** Take, snooze, resolve. Results show where they are asked for. */
export function AlertActs({ alert }: { alert: Alert }) {
  const may = useMay('alerts.act')
  const [minutes, setMinutes] = useState('240')
  const [note, setNote] = useState('')
  const take = useTakeAlert(alert.id)
  const snooze = useSnoozeAlert(alert.id)
  const resolve = useResolveAlert(alert.id)
  const problem = take.error ?? snooze.error ?? resolve.error
  if (!may) return <p className="text-text-2">Your role does not include acting on alerts.</p>
  const submit = (event: FormEvent) => {
    event.preventDefault()
    resolve.mutate(note.trim())
  }
  return (
    <section aria-label="Act" className="grid gap-4 rounded-panel border border-line p-4">
      <div className="flex flex-wrap items-end gap-3">
        {alert.owner === null && (
          <button type="button" className="btn btn-primary" disabled={take.isPending} onClick={() => take.mutate()}>
            Take
          </button>
        )}
        <Select label="Snooze for" compact value={minutes} options={SNOOZES} onChange={setMinutes} />
        <button type="button" className="btn" disabled={snooze.isPending} onClick={() => snooze.mutate(Number(minutes))}>
          Snooze
        </button>
      </div>
      <form className="grid gap-2" onSubmit={submit}>
        <Field label="What was done" hint="Kept with the alert. It opens again when the same thing happens once more.">
          {(ids) => (
            <input {...ids} className="input" required maxLength={1000} value={note} onChange={(event) => setNote(event.target.value)} />
          )}
        </Field>
        <div>
          <button type="submit" className="btn" disabled={resolve.isPending || note.trim() === ''}>
            Resolve
          </button>
        </div>
      </form>
      {problem !== null && <ProblemView error={problem} what="Nothing was changed" />}
    </section>
  )
}
