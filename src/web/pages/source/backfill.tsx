import { useState } from 'react'
import type { Source, SourceStream } from '../../../contract/sources.ts'
import { Field } from '../../components/field.tsx'
import { Modal } from '../../components/modal.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { useRunNow } from '../sources/source-acts.ts'

/** Reads a span of cursor values once more, by a run of its own. How far the stream is stays as it is. */
export function Backfill({ source, stream, onClose }: { source: Source; stream: SourceStream; onClose: () => void }) {
  const run = useRunNow(source.name)
  const [span, setSpan] = useState({ from: '', to: '' })
  const [asked, setAsked] = useState(false)
  const bound = (key: 'from' | 'to', label: string, hint: string) => (
    <Field label={label} hint={hint} error={asked && span[key].trim() === '' ? 'Give a value of the cursor.' : undefined}>
      {(ids) => (
        <input {...ids} className="input" value={span[key]} onChange={(event) => setSpan({ ...span, [key]: event.target.value })} />
      )}
    </Field>
  )
  return (
    <Modal title={`Backfill ${stream.name}`} onClose={onClose}>
      <form
        className="grid gap-4 p-4"
        onSubmit={(event) => {
          event.preventDefault()
          setAsked(true)
          if (span.from.trim() === '' || span.to.trim() === '') return
          run.mutate({ streams: [stream.name], backfill: { from: span.from.trim(), to: span.to.trim() } }, { onSuccess: onClose })
        }}
      >
        <p className="text-text-2">
          A run reads the rows whose <code className="font-mono">{stream.cursorColumn}</code> lies in this span, and adds those that are not
          there yet. How far the stream is stays as it is{stream.cursorValue !== null && <> ({stream.cursorValue})</>}, and nothing is
          deleted.
        </p>
        <div className="grid items-start gap-4 sm:grid-cols-2">
          {bound('from', 'From', 'The first value that is read.')}
          {bound('to', 'To', 'The first value that is not read any more.')}
        </div>
        {run.isError && (
          <div className="panel">
            <ProblemView error={run.error} what="Could not start" />
          </div>
        )}
        <button type="submit" className="btn btn-primary w-fit" disabled={run.isPending}>
          {run.isPending ? 'Starting' : 'Read this span'}
        </button>
      </form>
    </Modal>
  )
}
