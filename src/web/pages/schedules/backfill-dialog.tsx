import { useState } from 'react'
import type { Reply } from '../../../client/call.ts'
import type { Schedule } from '../../../contract/schedules.ts'
import { Field } from '../../components/field.tsx'
import { Modal } from '../../components/modal.tsx'
import { Num } from '../../components/num.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { measured } from '../../measured.ts'
import { serverNow } from '../../state/session.ts'
import { type BackfillWish, usePlanBackfill, useStartBackfill } from './schedule-queries.ts'

const DAY_MS = 86_400_000

/** Times of a schedule that are long past: looked at first, then run. */
export function BackfillDialog({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const { pipeline, words, timing } = schedule
  const [from, setFrom] = useState(() => dayText(serverNow() - 7 * DAY_MS))
  const [to, setTo] = useState(() => dayText(serverNow()))
  const [redo, setRedo] = useState(false)
  const plan = usePlanBackfill()
  const start = useStartBackfill()
  const wish: BackfillWish = { pipeline, timing, from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z`, redo, concurrency: 1 }
  const planned = plan.data !== undefined && JSON.stringify(plan.variables) === JSON.stringify(wish) ? plan.data : undefined
  return (
    <Modal title={`Backfill ${pipeline}`} onClose={onClose}>
      <form
        className="grid gap-4 px-4 py-4"
        onSubmit={(event) => {
          event.preventDefault()
          plan.mutate(wish)
        }}
      >
        <p className="text-text-2">Runs the times of this schedule, {words}, that have no run that succeeded.</p>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="From" hint="Midnight in UTC; this day too.">
            {(ids) => (
              <input {...ids} className="input" type="date" required value={from} onChange={({ target }) => setFrom(target.value)} />
            )}
          </Field>
          <Field label="To" hint="Midnight in UTC; this day no more.">
            {(ids) => <input {...ids} className="input" type="date" required value={to} onChange={({ target }) => setTo(target.value)} />}
          </Field>
        </div>
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={redo} onChange={({ target }) => setRedo(target.checked)} /> Run also what has succeeded already
        </label>
        {plan.isError && <ProblemView error={plan.error} what="Could not plan it" />}
        {start.isError && <ProblemView error={start.error} what="Could not begin it" />}
        {planned !== undefined && <Planned plan={planned} />}
        {start.isSuccess && (
          <p role="status" className="text-text-2">
            It has begun, and goes on without this page.
          </p>
        )}
        <div className="flex justify-end gap-2">
          <button type="button" className="btn" onClick={onClose}>
            {start.isSuccess ? 'Close' : 'Cancel'}
          </button>
          <button
            type="submit"
            className={`btn ${planned === undefined ? 'btn-primary' : ''}`}
            disabled={plan.isPending || start.isSuccess}
          >
            {plan.isPending ? 'Planning' : 'Plan'}
          </button>
          {planned !== undefined && planned.toRun > 0 && !start.isSuccess && (
            <button type="button" className="btn btn-primary" disabled={start.isPending} onClick={() => start.mutate(wish)}>
              {start.isPending ? 'Beginning' : 'Begin backfill'}
            </button>
          )}
        </div>
      </form>
    </Modal>
  )
}

function Planned({ plan }: { plan: Reply<'POST /backfills/plan'> }) {
  const { counts, toRun, warnings } = plan
  const receipt = {
    asOf: new Date(serverNow()).toISOString(),
    scope: { rows: counts.total, of: counts.total, how: 'full', unit: 'runs' },
    src: { kind: 'query', id: `backfill of ${plan.pipeline}` },
  } as const
  return (
    <section aria-label="What it would run" className="rounded-panel border border-line px-3 py-2">
      <p>
        <Num m={measured(toRun, receipt)} label="times to run" /> of <Num m={measured(counts.total, receipt)} label="times in the range" />{' '}
        times would run; <Num m={measured(counts.present, receipt)} label="times that have a run" /> have a run that succeeded.
      </p>
      {warnings.map((warning) => (
        <p key={warning} className="mt-1 text-warn">
          {warning}
        </p>
      ))}
    </section>
  )
}

function dayText(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
