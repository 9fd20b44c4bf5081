import { useState } from 'react'
import type { EventTrigger } from '../../../contract/triggers.ts'
import { AskDialog } from '../../components/dialog.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { useMay } from '../../state/session.ts'
import { useDeleteTrigger, useFireTrigger, usePauseTrigger } from './events-queries.ts'
import { EVENT_SKIPS, eventText } from './events-words.ts'

/** Set off by hand, pause or resume, delete. */
export function EventActs({ trigger }: { trigger: EventTrigger }) {
  const { id, pipeline, paused, event } = trigger
  const [asking, setAsking] = useState(false)
  const mayEdit = useMay('schedules.edit')
  const mayRun = useMay('runs.start')
  const pause = usePauseTrigger(trigger)
  const fire = useFireTrigger(id)
  const remove = useDeleteTrigger(id)
  const what = `${pipeline} when ${eventText(event)}`
  return (
    <>
      {fire.data !== undefined && (
        <span role="status" className="text-text-2">
          {fire.data.run === null ? (
            `No run: ${fire.data.reason === null ? 'not known why' : EVENT_SKIPS[fire.data.reason]}`
          ) : (
            <a className="link whitespace-nowrap" href={`/runs/${encodeURIComponent(fire.data.run.id)}`}>
              Started: open run
            </a>
          )}
        </span>
      )}
      {mayRun && !paused && (
        <button type="button" className="btn btn-quiet min-h-7" disabled={fire.isPending} onClick={() => fire.mutate()}>
          Fire<span className="sr-only"> {what}</span>
        </button>
      )}
      {mayEdit && (
        <>
          <button type="button" className="btn btn-quiet min-h-7" disabled={pause.isPending} onClick={() => pause.mutate()}>
            {paused ? 'Resume' : 'Pause'}
            <span className="sr-only"> {what}</span>
          </button>
          <button type="button" className="btn btn-quiet min-h-7" onClick={() => setAsking(true)}>
            Delete<span className="sr-only"> {what}</span>
          </button>
        </>
      )}
      {[pause, fire].map((act, index) => act.isError && <ProblemView key={index} error={act.error} what="Could not do it" />)}
      {asking && (
        <AskDialog
          title={`Delete this event of ${pipeline}?`}
          confirm={remove.isPending ? 'Deleting' : 'Delete event'}
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>
            {pipeline} no longer runs when {eventText(event)}. Its runs and datasets stay.
          </p>
          {remove.isError && <ProblemView error={remove.error} what="Could not delete" />}
        </AskDialog>
      )}
    </>
  )
}
