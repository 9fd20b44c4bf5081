import { History, type LucideIcon, Pencil, Play, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Schedule } from '../../../contract/schedules.ts'
import { AskDialog } from '../../components/dialog.tsx'
import { Modal } from '../../components/modal.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { useMay } from '../../state/session.ts'
import { BackfillDialog } from './backfill-dialog.tsx'
import { useDeleteSchedule, usePauseSchedule, useRunSchedule } from './schedule-queries.ts'

const MAY_NOT = 'Your role does not include changing schedules'

/** Run now, backfill, on or off, change, delete. What stands in a file is changed there, and can be paused here. */
export function RowActs({ schedule }: { schedule: Schedule }) {
  const [asking, setAsking] = useState(false)
  const may = useMay('schedules.edit')
  const pause = usePauseSchedule(schedule)
  const remove = useDeleteSchedule(schedule.id)
  const { id, pipeline, paused, words, file } = schedule
  const mayRun = useMay('runs.start')
  const run = useRunSchedule(id)
  const [filling, setFilling] = useState(false)
  return (
    <>
      {run.data !== undefined && (
        <span role="status">
          <a className="link whitespace-nowrap" href={`/runs/${encodeURIComponent(run.data.id)}`}>
            Started: open run
          </a>
        </span>
      )}
      {mayRun && (
        <>
          <Act Icon={Play} word={`Run ${pipeline} now`} busy={run.isPending} onClick={() => run.mutate()} />
          <Act Icon={History} word={`Backfill ${pipeline}, ${words}`} onClick={() => setFilling(true)} />
        </>
      )}
      {filling && <BackfillDialog schedule={schedule} onClose={() => setFilling(false)} />}
      <Switch
        label={`${pipeline}, ${words}`}
        on={!paused}
        reason={may ? undefined : MAY_NOT}
        onChange={() => !pause.isPending && pause.mutate()}
      />
      {may && file === null && (
        <>
          <a className="btn btn-quiet min-h-7 px-1.5" href={`/schedules?edit=${encodeURIComponent(id)}`} title={`Change ${pipeline}`}>
            <Pencil size={14} aria-hidden />
            <span className="sr-only">
              Change {pipeline}, {words}
            </span>
          </a>
          <Act Icon={Trash2} word={`Delete ${pipeline}, ${words}`} onClick={() => setAsking(true)} />
        </>
      )}
      {asking && (
        <AskDialog
          title={`Delete the schedule of ${pipeline}?`}
          confirm={remove.isPending ? 'Deleting' : 'Delete schedule'}
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>
            {pipeline} no longer runs {words}. Its runs and datasets stay.
          </p>
          {remove.isError && <ProblemView error={remove.error} what="Could not delete" />}
        </AskDialog>
      )}
      {run.isError && (
        <Modal title={`${pipeline} was not started`} onClose={() => run.reset()}>
          <ProblemView error={run.error} />
        </Modal>
      )}
      {pause.isError && (
        <Modal title={`${pipeline} was not changed`} onClose={() => pause.reset()}>
          <ProblemView error={pause.error} />
        </Modal>
      )}
    </>
  )
}

function Act({ Icon, word, busy = false, onClick }: { Icon: LucideIcon; word: string; busy?: boolean; onClick: () => void }) {
  return (
    <button type="button" className="btn btn-quiet min-h-7 px-1.5" title={word} disabled={busy} onClick={onClick}>
      <Icon size={14} aria-hidden />
      <span className="sr-only">{word}</span>
    </button>
  )
}

/** On or off, said by position and word. */
function Switch({ label, on, reason, onChange }: { label: string; on: boolean; reason: string | undefined; onChange: () => void }) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      aria-disabled={reason !== undefined || undefined}
      title={reason ?? (on ? 'Pause' : 'Resume')}
      className="btn btn-quiet min-h-7 px-1.5"
      onClick={() => reason === undefined && onChange()}
    >
      <span
        aria-hidden
        className={`inline-flex h-4 w-7 items-center rounded-full border p-0.5 ${on ? 'justify-end border-focus' : 'border-control'}`}
      >
        <span className={`size-2.5 rounded-full ${on ? 'bg-focus' : 'bg-control'}`} />
      </span>
      {on ? 'On' : 'Off'}
      <span className="sr-only">: {label}</span>
    </button>
  )
}
