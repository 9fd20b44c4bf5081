import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { AlertChannel } from '../../../contract/alert-channels.ts'
import { AskDialog } from '../../components/dialog.tsx'
import { Modal } from '../../components/modal.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { useMay } from '../../state/session.ts'
import { useDeleteChannel, useTestChannel } from './alert-acts.ts'
import { TestAnswer } from './test-answer.tsx'

/** Test, change, delete. */
export function ChannelActs({ channel }: { channel: AlertChannel }) {
  const [asking, setAsking] = useState(false)
  const may = useMay('alerts.edit')
  const test = useTestChannel(channel.id)
  const remove = useDeleteChannel(channel.id)
  const { id, name } = channel
  if (!may) return null
  return (
    <>
      <button type="button" className="btn min-h-7 px-2" disabled={test.isPending} onClick={() => test.mutate()}>
        {test.isPending ? 'Sending' : 'Send test'}
        <span className="sr-only"> to {name}</span>
      </button>
      <a className="btn btn-quiet min-h-7 px-1.5" href={`/alerts?tab=channels&edit=${encodeURIComponent(id)}`} title={`Change ${name}`}>
        <Pencil size={14} aria-hidden />
        <span className="sr-only">Change {name}</span>
      </a>
      <button type="button" className="btn btn-quiet min-h-7 px-1.5" title={`Delete ${name}`} onClick={() => setAsking(true)}>
        <Trash2 size={14} aria-hidden />
        <span className="sr-only">Delete {name}</span>
      </button>
      {(test.isSuccess || test.isError) && (
        <Modal title={`Test of ${name}`} onClose={() => test.reset()}>
          {test.isSuccess && <TestAnswer test={test.data} />}
          {test.isError && <ProblemView error={test.error} what="Could not test" />}
        </Modal>
      )}
      {asking && (
        <AskDialog
          title={`Delete the channel ${name}?`}
          confirm={remove.isPending ? 'Deleting' : 'Delete channel'}
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>Rules tell it nothing any more, and messages that it has not sent are not sent.</p>
          {remove.isError && <ProblemView error={remove.error} what="Could not delete" />}
        </AskDialog>
      )}
    </>
  )
}
