import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { RunDetail } from '../../../contract/runs.ts'
import { AskDialog } from '../../components/dialog.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { client, queryClient } from '../../state/api.ts'
import { useMay } from '../../state/session.ts'

/** Stops an open run, after one question that says what that does. */
export function CancelRun({ run }: { run: RunDetail }) {
  const [asking, setAsking] = useState(false)
  const may = useMay('runs.start')
  const cancel = useMutation({
    mutationFn: () => client.call('POST /runs/:runId/cancel', { params: { runId: run.id } }),
    onSuccess: () => {
      setAsking(false)
      void queryClient.invalidateQueries({ queryKey: ['run', run.id] })
    },
  })
  return (
    <>
      <button
        type="button"
        className="btn"
        disabled={!may}
        title={may ? undefined : 'Your role does not include starting and cancelling runs'}
        onClick={() => setAsking(true)}
      >
        Cancel run…
      </button>
      {asking && (
        <AskDialog
          title={`Cancel the run of ${run.pipeline}?`}
          confirm="Cancel run"
          busy={cancel.isPending}
          onConfirm={() => cancel.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>What it has read is thrown away and nothing more is published. Snapshots that are published stay; readers see no change.</p>
          {cancel.isError && <ProblemView error={cancel.error} what="Could not cancel" />}
        </AskDialog>
      )}
    </>
  )
}
