import { useState } from 'react'
import type { RunActs } from '../../../contract/run-endpoints.ts'
import type { Run } from '../../../contract/runs.ts'
import { AskDialog } from '../../components/dialog.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { ReasonDialog } from '../../components/reason-dialog.tsx'
import { formatCount } from '../../format/count.ts'
import { isFinished } from '../../state/live.ts'
import { isDead, retryWords, useRunActs } from '../../state/run-acts.ts'
import { useMay } from '../../state/session.ts'

interface BulkBarProps {
  /** The runs that are chosen, as far as they are loaded. */
  runs: Run[]
  onDone: () => void
}

/** What can be done with the runs that are chosen. Each act goes to those it fits. */
export function BulkBar({ runs, onDone }: BulkBarProps) {
  const [asking, setAsking] = useState<'cancel' | 'settle' | null>(null)
  const { retry, cancel, settle } = useRunActs()
  const may = useMay('runs.start')
  const again = runs.filter((run) => retryWords(run) !== null)
  const open = runs.filter((run) => !isFinished(run))
  const dead = runs.filter(isDead)
  const ids = (chosen: Run[]) => chosen.map(({ id }) => id)
  const end = { onSuccess: () => (setAsking(null), onDone()) }
  return (
    <div role="toolbar" aria-label="Chosen runs" className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
      <span className="mr-2">{formatCount(runs.length)} chosen</span>
      <button type="button" className="btn" disabled={!may || again.length === 0} onClick={() => retry.mutate(ids(again), end)}>
        {counted('Retry', again.length)}
      </button>
      <button type="button" className="btn" disabled={!may || open.length === 0} onClick={() => setAsking('cancel')}>
        {counted('Cancel', open.length)}…
      </button>
      <button type="button" className="btn" disabled={!may || dead.length === 0} onClick={() => setAsking('settle')}>
        {counted('Put aside', dead.length)}…
      </button>
      {runs.length === 2 && (
        <a className="btn" href={`/runs/compare?a=${encodeURIComponent(runs[1]!.id)}&b=${encodeURIComponent(runs[0]!.id)}`}>
          Compare
        </a>
      )}
      <button type="button" className="btn btn-quiet" onClick={onDone}>
        Choose none
      </button>
      <Refused acts={retry.data ?? cancel.data ?? settle.data} />
      {asking === 'cancel' && (
        <AskDialog
          title={`Cancel ${formatCount(open.length)} ${open.length === 1 ? 'run' : 'runs'}?`}
          confirm="Cancel runs"
          busy={cancel.isPending}
          onConfirm={() => cancel.mutate(ids(open), end)}
          onClose={() => setAsking(null)}
        >
          <p>What they have read is thrown away and nothing more is published by them. Readers see no change.</p>
          {cancel.isError && <ProblemView error={cancel.error} what="Could not cancel" />}
        </AskDialog>
      )}
      {asking === 'settle' && (
        <ReasonDialog
          title={`Put ${formatCount(dead.length)} ${dead.length === 1 ? 'run' : 'runs'} aside?`}
          confirm="Put aside"
          busy={settle.isPending}
          error={settle.error}
          what="Could not put aside"
          onConfirm={(reason) => settle.mutate({ runIds: ids(dead), reason }, end)}
          onClose={() => setAsking(null)}
        >
          They are no longer listed among what gave up. What they should have read is not read.
        </ReasonDialog>
      )}
    </div>
  )
}

function counted(verb: string, count: number): string {
  return count > 1 ? `${verb} ${formatCount(count)}` : verb
}

/** What was not done, and why. */
function Refused({ acts }: { acts: RunActs | undefined }) {
  if (acts === undefined || acts.refused.length === 0) return null
  return (
    <p role="alert" className="basis-full text-bad">
      {acts.refused.map(({ runId, problem }) => `${runId}: ${problem.detail}`).join(' ')}
    </p>
  )
}
