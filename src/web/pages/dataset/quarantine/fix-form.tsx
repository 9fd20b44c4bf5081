import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { QuarantineEntry, QuarantineFix, QuarantineSelection } from '../../../../contract/quarantine.ts'
import { Modal } from '../../../components/modal.tsx'
import { ProblemView } from '../../../components/problem-view.tsx'
import { formatCount } from '../../../format/count.ts'
import { client } from '../../../state/api.ts'
import { renewQuarantine } from '../../../state/quarantine-queries.ts'
import { BeforeAfter } from './before-after.tsx'
import { CellsForm } from './cells-form.tsx'
import { ExpressionsForm } from './expressions-form.tsx'
import { cellsOf } from './words.ts'

interface Props {
  selection: QuarantineSelection
  target: string
  /** The one row that was chosen, whose cells can be edited. */
  single: QuarantineEntry | undefined
  onClose: () => void
}

/** Mends rows, shows them before and after, and sends them through the pipeline again as a run of its own. */
export function FixForm({ selection, target, single, onClose }: Props) {
  const cells = cellsOf(single?.content ?? null)
  const [edited, setEdited] = useState<Record<string, string | null>>({})
  const [transforms, setTransforms] = useState<QuarantineFix['transforms']>([])
  const filled = transforms.filter(({ column, expression }) => column.trim() !== '' && expression.trim() !== '')
  const edits = single === undefined || Object.keys(edited).length === 0 ? [] : [{ batch: single.batch, row: single.row, cells: edited }]
  const fix = { edits, transforms: filled }
  const asked = JSON.stringify(fix)
  const preview = useMutation({
    mutationFn: async () => ({ asked, reply: await client.call('POST /quarantine/preview', { body: { selection, fix } }) }),
  })
  const replay = useMutation({
    mutationFn: () => client.call('POST /quarantine/replay', { body: { selection, fix } }),
    onSuccess: renewQuarantine,
  })
  const shown = preview.data?.asked === asked ? preview.data.reply : undefined
  if (replay.isSuccess)
    return (
      <Modal title="On its way" onClose={onClose}>
        <p role="status" className="p-4">
          {formatCount(replay.data.rows)} {replay.data.rows === 1 ? 'row goes' : 'rows go'} through the pipeline again in{' '}
          <a className="link" href={`/runs/${encodeURIComponent(replay.data.run.id)}`}>
            a run of its own
          </a>
          . What fails again comes back here with the new reason.
          {replay.data.note !== null && <span className="mt-2 block text-text-2">{replay.data.note}</span>}
        </p>
      </Modal>
    )
  return (
    <Modal side="right" width={760} title={`Fix and replay ${target}`} onClose={onClose}>
      <div className="grid gap-5 p-4">
        {cells !== null && <CellsForm cells={cells} edited={edited} onChange={setEdited} />}
        <ExpressionsForm
          columns={cells === null ? shown?.columns.map(({ name }) => name) : Object.keys(cells)}
          value={transforms}
          onChange={setTransforms}
        />
        <div className="flex flex-wrap items-center gap-2">
          <button type="button" className="btn" disabled={preview.isPending} onClick={() => preview.mutate()}>
            {preview.isPending ? 'Trying' : 'Show before and after'}
          </button>
          <button type="button" className="btn btn-primary" disabled={replay.isPending} onClick={() => replay.mutate()}>
            {edits.length + filled.length === 0 ? 'Replay as they are' : 'Replay'}
          </button>
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
        </div>
        {preview.isError && <ProblemView error={preview.error} what="Could not try it" />}
        {replay.isError && <ProblemView error={replay.error} what="Nothing was sent back" />}
        {shown !== undefined && <BeforeAfter preview={shown} />}
      </div>
    </Modal>
  )
}
