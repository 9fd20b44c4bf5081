import { useState } from 'react'
import type { PipelineDetail } from '../../../contract/stored-pipelines.ts'
import { AskDialog } from '../../components/dialog.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { StatusMark } from '../../components/status-badge.tsx'
import { Time } from '../../components/time.tsx'
import { ValueChanges } from '../../components/value-changes.tsx'
import { useReleasePipeline } from '../../state/pipeline-queries.ts'
import { useMay } from '../../state/session.ts'
import { shortCommit } from '../pipelines/words.ts'

/** Says that a file holds the pipeline, and which. */
export function GitBanner({ pipeline: { name, git } }: { pipeline: PipelineDetail }) {
  const [asking, setAsking] = useState(false)
  const may = useMay('pipelines.edit')
  const release = useReleasePipeline(name)
  if (git?.holds !== true) return null
  return (
    <div
      role="note"
      className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-panel border border-line bg-idle-tint px-4 py-2 text-cell"
    >
      <span className="max-w-[90ch]">
        Read-only here: it stands in <code className="font-mono">{git.file}</code>
        {git.project !== null && git.project !== '' && (
          <>
            {' '}
            of <code className="font-mono">{git.project}</code>
          </>
        )}
        {git.commit !== null && (
          <>
            {' '}
            at <code className="font-mono">{shortCommit(git.commit)}</code>
          </>
        )}
        , applied by {git.appliedBy} <Time at={git.appliedAt} />. Change the file and run <code className="font-mono">atlas apply</code>.
      </span>
      {may && (
        <button type="button" className="btn min-h-7" onClick={() => setAsking(true)}>
          Take out of the file…
        </button>
      )}
      {asking && (
        <AskDialog
          title={`Take ${name} out of ${git.file}?`}
          confirm={release.isPending ? 'Taking out' : 'Take out of the file'}
          busy={release.isPending}
          onConfirm={() => release.mutate(undefined, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        >
          <p>
            It and what the file says beside it (schedules, freshness, alerts) can be changed here from then on. What differs from the file
            is shown as drift, and <code className="font-mono">atlas apply</code> refuses the file until told to take over. Nothing is
            removed.
          </p>
          {release.isError && <ProblemView error={release.error} what="Could not take it out" />}
        </AskDialog>
      )}
    </div>
  )
}

/** What is stored differs from what Git said last. */
export function DriftBanner({ pipeline: { git, drift, drifted, version } }: { pipeline: PipelineDetail }) {
  if (!drifted || git === null) return null
  return (
    <section aria-label="Drift" className="mb-4 rounded-panel border border-warn-mark bg-warn-tint px-4 py-3">
      <p className="mb-2 flex items-baseline gap-1.5 text-warn">
        <StatusMark mark="warning" size={14} />
        <span>
          Drifted: what is stored, at version {version}, is not what <code className="font-mono">{git.file}</code> said when it was applied
          as version {git.version}.
        </span>
      </p>
      <div className="rounded-control bg-surface px-3 py-2">
        <p className="mb-1 text-label text-text-3">− in the file, + stored now</p>
        <ValueChanges changes={drift} none="Its versions differ, and what they say is the same." />
      </div>
    </section>
  )
}
