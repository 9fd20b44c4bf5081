import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PipelineVersion } from '../../../contract/stored-pipelines.ts'
import { AskDialog } from '../../components/dialog.tsx'
import { Empty } from '../../components/empty.tsx'
import { Load } from '../../components/panel.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { Time } from '../../components/time.tsx'
import { ValueChanges } from '../../components/value-changes.tsx'
import { useRestoreVersion, versionsQuery } from '../../state/pipeline-queries.ts'
import { useMay } from '../../state/session.ts'
import { shortCommit } from '../pipelines/words.ts'

const CHANGES: Record<PipelineVersion['change'], string> = {
  created: 'made',
  changed: 'changed',
  applied: 'applied from Git',
  moved: 'in another file of Git',
  taken_over: 'taken over by Git',
  restored: 'an older version restored',
  removed: 'deleted',
}

/** What is said of a version without a difference to the one before it. */
const NO_DIFFERENCE: Partial<Record<PipelineVersion['change'], string>> = {
  created: 'Nothing before it to compare with.',
  moved: 'Nothing but the name of its file.',
  taken_over: 'What it says is the same; its file says it from here on.',
  removed: 'What it said when it was deleted.',
}

/** Every version with who, when, and what differs from the one before. @param held a file holds the pipeline: nothing is restored here */
export function VersionsTab({ name, held }: { name: string; held: boolean }) {
  const query = useQuery(versionsQuery(name))
  return (
    <section className="panel" aria-label={`Versions of ${name}`}>
      <Load query={query} what="the versions" lines={5}>
        {(versions) =>
          versions.length === 0 ? (
            <Empty kind="first-use">Nothing has changed since versions are kept. Every change from now on is one.</Empty>
          ) : (
            <ol>
              {versions.map((version, index) => (
                <Version key={version.version} name={name} version={version} newest={index === 0} held={held} />
              ))}
            </ol>
          )
        }
      </Load>
    </section>
  )
}

function Version({ name, version, newest, held }: { name: string; version: PipelineVersion; newest: boolean; held: boolean }) {
  const { by, at, file, commit, change, changes, yaml } = version
  return (
    <li className="border-b border-line px-4 py-3 last:border-b-0">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <p>
          <span className="font-medium">Version {version.version}</span> <span className="text-text-2">· {CHANGES[change]}</span>{' '}
          <span className="text-text-3">
            by {by} <Time at={at} />
            {file !== null && (
              <>
                {' '}
                from <code className="font-mono">{file}</code>
                {commit !== null && ` at ${shortCommit(commit)}`}
              </>
            )}
          </span>
        </p>
        {!newest && !held && <Restore name={name} version={version.version} />}
      </div>
      <div className="mt-2 grid items-start gap-3 xl:grid-cols-2">
        <ValueChanges changes={changes} none={NO_DIFFERENCE[change] ?? 'No difference to the one before it is kept.'} />
        <details>
          <summary className="link w-fit cursor-pointer text-cell">The whole version as YAML</summary>
          <pre
            className="mt-1 max-h-96 overflow-auto rounded-control border border-line bg-canvas px-3 py-2 font-mono text-label"
            tabIndex={0}
          >
            {yaml}
          </pre>
        </details>
      </div>
    </li>
  )
}

function Restore({ name, version }: { name: string; version: number }) {
  const [asking, setAsking] = useState(false)
  const may = useMay('pipelines.edit')
  const restore = useRestoreVersion(name, version)
  if (!may) return null
  return (
    <>
      <button type="button" className="btn min-h-7" onClick={() => setAsking(true)}>
        Restore…<span className="sr-only"> version {version}</span>
      </button>
      {asking && (
        <AskDialog
          title={`Restore version ${version} of ${name}?`}
          confirm={restore.isPending ? 'Restoring' : 'Restore as a new version'}
          busy={restore.isPending}
          onConfirm={() => restore.mutate(undefined, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        >
          <p>What it says becomes the newest version. Secrets stay as they are. No dataset changes before the next run.</p>
          {restore.isError && <ProblemView error={restore.error} what="Could not restore it" />}
        </AskDialog>
      )}
    </>
  )
}
