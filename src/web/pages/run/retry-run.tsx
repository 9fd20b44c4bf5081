import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { RunDetail } from '../../../contract/runs.ts'
import { Modal } from '../../components/modal.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { ReasonDialog } from '../../components/reason-dialog.tsx'
import { client, queryClient } from '../../state/api.ts'
import { isDead, retryWords } from '../../state/run-acts.ts'
import { useMay } from '../../state/session.ts'

const MAY_NOT = 'Your role does not include starting and cancelling runs'

/** Does the run again, or puts it aside. */
export function RetryRun({ run }: { run: RunDetail }) {
  const [asking, setAsking] = useState(false)
  const navigate = useNavigate()
  const may = useMay('runs.start')
  const renew = () => {
    void queryClient.invalidateQueries({ queryKey: ['run', run.id] })
    void queryClient.invalidateQueries({ queryKey: ['runs'] })
  }
  const retry = useMutation({
    mutationFn: () => client.call('POST /runs/:runId/retry', { params: { runId: run.id } }),
    onSuccess: (again) => {
      renew()
      if (again.id !== run.id) void navigate({ to: '/runs/$runId', params: { runId: again.id } })
    },
  })
  const settle = useMutation({
    mutationFn: (reason: string) => client.call('POST /runs/:runId/settle', { params: { runId: run.id }, body: { reason } }),
    onSuccess: () => (setAsking(false), renew()),
  })
  const words = run.retriedBy === null ? retryWords(run) : null
  return (
    <>
      {isDead(run) && (
        <button type="button" className="btn" disabled={!may} title={may ? undefined : MAY_NOT} onClick={() => setAsking(true)}>
          Put aside…
        </button>
      )}
      {words !== null && (
        <button
          type="button"
          className="btn btn-primary"
          disabled={!may || retry.isPending}
          title={may ? undefined : MAY_NOT}
          onClick={() => retry.mutate()}
        >
          {words}
        </button>
      )}
      {retry.isError && (
        <Modal title="The run was not done again" onClose={() => retry.reset()}>
          <ProblemView error={retry.error} />
        </Modal>
      )}
      {asking && (
        <ReasonDialog
          title={`Put the run of ${run.pipeline} aside?`}
          confirm="Put aside"
          busy={settle.isPending}
          error={settle.error}
          what="Could not put aside"
          onConfirm={(reason) => settle.mutate(reason)}
          onClose={() => setAsking(false)}
        >
          It is no longer listed among what gave up. What it should have read is not read.
        </ReasonDialog>
      )}
    </>
  )
}
