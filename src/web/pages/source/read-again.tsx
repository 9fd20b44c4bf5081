import type { Source, SourceStream } from '../../../contract/sources.ts'
import { AskDialog } from '../../components/dialog.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { useRunNow } from '../sources/source-acts.ts'

/** Asks before a stream is read from its beginning. */
export function ReadAgain({ source, stream, onClose }: { source: Source; stream: SourceStream; onClose: () => void }) {
  const run = useRunNow(source.name)
  return (
    <AskDialog
      title={`Read all of ${stream.name} again?`}
      confirm="Read all again"
      busy={run.isPending}
      onConfirm={() => run.mutate({ streams: [stream.name], full: true }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>
        A run forgets how far {stream.name} is
        {stream.cursorValue !== null && (
          <>
            {' '}
            (<code className="font-mono">{stream.cursorValue}</code>)
          </>
        )}{' '}
        and reads it from the beginning; what was read before is replaced when that run publishes. Until then readers see what they see now,
        and if it fails everything stays as it is. The source may be busy with it for a while.
      </p>
      {run.isError && <ProblemView error={run.error} what="Could not start" />}
    </AskDialog>
  )
}
