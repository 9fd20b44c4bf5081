import { Pause, Play, StepForward as Resume } from 'lucide-react'
import type { Pipeline } from '../../../contract/stored-pipelines.ts'
import { Modal } from '../../components/modal.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { usePausePipeline, useRunPipeline } from '../../state/pipeline-queries.ts'
import { useMay } from '../../state/session.ts'

/** Run now, and pause or resume; of what a role cannot do nothing is shown in rows. */
export function PipelineActs({ pipeline, primary = false }: { pipeline: Pick<Pipeline, 'name' | 'paused'>; primary?: boolean }) {
  const { name, paused } = pipeline
  const [mayRun, mayEdit] = [useMay('runs.start'), useMay('pipelines.edit')]
  const run = useRunPipeline(name)
  const pause = usePausePipeline(pipeline)
  const failed = run.isError ? run : pause.isError ? pause : null
  const size = primary ? '' : 'btn-quiet min-h-7 px-1.5'
  return (
    <>
      {run.data !== undefined && (
        <span role="status">
          <a className="link text-cell whitespace-nowrap" href={`/runs/${encodeURIComponent(run.data.id)}`}>
            Started: open run
          </a>
        </span>
      )}
      {mayRun && (
        <button type="button" className={`btn ${primary ? 'btn-primary' : size}`} disabled={run.isPending} onClick={() => run.mutate()}>
          <Play size={14} aria-hidden /> {run.isPending ? 'Starting' : 'Run now'}
          {!primary && <span className="sr-only"> {name}</span>}
        </button>
      )}
      {mayEdit && (
        <button
          type="button"
          className={`btn ${size}`}
          disabled={pause.isPending}
          title={paused ? 'Schedules and triggers start runs again' : 'Schedules and triggers start no run; by hand it can still be run'}
          onClick={() => pause.mutate()}
        >
          {paused ? <Resume size={14} aria-hidden /> : <Pause size={14} aria-hidden />} {paused ? 'Resume' : 'Pause'}
          {!primary && <span className="sr-only"> {name}</span>}
        </button>
      )}
      {failed !== null && (
        <Modal title={run.isError ? `${name} was not started` : `${name} was not changed`} onClose={() => failed.reset()}>
          <ProblemView error={failed.error} />
        </Modal>
      )}
    </>
  )
}
