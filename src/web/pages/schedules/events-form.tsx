import { type FormEvent, useState } from 'react'
import type { TriggerEvent, TriggerInput } from '../../../contract/triggers.ts'
import { CopyButton } from '../../components/copy-button.tsx'
import { Field, Select } from '../../components/field.tsx'
import { FormButtons } from '../../components/form-buttons.tsx'
import { Modal } from '../../components/modal.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { useMay } from '../../state/session.ts'
import { useAddTrigger } from './events-queries.ts'
import { PipelineField } from './pipeline-field.tsx'

const EMPTY: Record<TriggerEvent['kind'], TriggerEvent> = {
  dataset: { kind: 'dataset', dataset: 'chart.' },
  file: { kind: 'file', path: '', stableSeconds: 10 },
  http: { kind: 'http' },
}

const OVERLAP: { value: TriggerInput['overlap']; label: string }[] = [
  { value: 'queue', label: 'Wait until it has ended' },
  { value: 'skip', label: 'Leave this event out' },
  { value: 'cancel_older', label: 'Cancel it, and run' },
]

/** Makes an event trigger; shows the secret of one for signed calls once. */
export function EventForm({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState<TriggerInput>({ pipeline: '', event: EMPTY.dataset, overlap: 'queue' })
  const add = useAddTrigger()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate(draft, { onSuccess: ({ secret }) => secret === null && onClose() })
  }
  if (add.data?.secret != null) return <SecretShown id={add.data.trigger.id} secret={add.data.secret} onClose={onClose} />
  return (
    <Modal title="Add an event" side="right" width={560} onClose={onClose}>
      <form className="grid gap-4 px-4 py-4" onSubmit={submit}>
        <PipelineField value={draft.pipeline} onChange={(pipeline) => setDraft({ ...draft, pipeline })} />
        <EventFields event={draft.event} onChange={(event) => setDraft({ ...draft, event })} />
        <Select
          label="When a run of it is going on"
          value={draft.overlap}
          options={OVERLAP}
          onChange={(overlap) => setDraft({ ...draft, overlap })}
        />
        {add.isError && <ProblemView error={add.error} what="Could not add the event" />}
        <FormButtons submit="Add event" busyWord="Adding" busy={add.isPending} disabled={draft.pipeline === ''} onCancel={onClose} />
      </form>
    </Modal>
  )
}

function EventFields({ event, onChange }: { event: TriggerEvent; onChange: (event: TriggerEvent) => void }) {
  const mayReadFiles = useMay('sources.read_local_files')
  const kinds: { value: TriggerEvent['kind']; label: string }[] = [
    { value: 'dataset', label: 'A dataset is published' },
    ...(mayReadFiles ? [{ value: 'file' as const, label: 'A file arrives on the server' }] : []),
    { value: 'http', label: 'Another program calls, with a signature' },
  ]
  return (
    <>
      <Select label="Runs when" value={event.kind} options={kinds} onChange={(kind) => onChange(EMPTY[kind])} />
      {event.kind === 'dataset' && (
        <Field label="Dataset" hint="Its layer and name: chart.orders.">
          {(ids) => (
            <input
              {...ids}
              className="input font-mono"
              required
              value={event.dataset}
              onChange={({ target }) => onChange({ ...event, dataset: target.value })}
            />
          )}
        </Field>
      )}
      {event.kind === 'file' && (
        <Field label="Folder or glob" hint="On the server: /data/in or /data/in/*.csv. Files that are there already have not arrived.">
          {(ids) => (
            <input
              {...ids}
              className="input font-mono"
              required
              value={event.path}
              onChange={({ target }) => onChange({ ...event, path: target.value })}
            />
          )}
        </Field>
      )}
      {event.kind === 'http' && <p className="text-text-2">You get a secret to sign calls with, shown once when the event is added.</p>}
    </>
  )
}

function SecretShown({ id, secret, onClose }: { id: string; secret: string; onClose: () => void }) {
  return (
    <Modal title="Secret of the event" onClose={onClose}>
      <div className="grid gap-3 px-4 py-4">
        <p>It is shown this once. Sign each call with it, and send the call to:</p>
        <p className="font-mono break-all">POST /api/v1/triggers/{id}/fire</p>
        <p className="flex items-center gap-2 rounded-panel border border-line px-3 py-2 font-mono break-all">
          {secret} <CopyButton text={secret} label="Copy the secret" />
        </p>
        <div className="flex justify-end">
          <button type="button" className="btn btn-primary" onClick={onClose}>
            I have kept it
          </button>
        </div>
      </div>
    </Modal>
  )
}
