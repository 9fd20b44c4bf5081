import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { AtlasError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { PipelineDefinition } from '../contract/pipelines.ts'
import { commitBuilt } from '../store/commit.ts'
import { snapshotName } from '../store/snapshots.ts'
import { judgeHistory } from './judge-history.ts'
import type { RunContext, RunEnvironment } from './run-context.ts'
import { RunEvents } from './run-events.ts'
import { RunRecorder } from './run-recorder.ts'
import { readStoredTransforms } from './stored-transforms.ts'
import { parseTransform } from './steps/plan.ts'
import { buildNavigate } from './steps/transform.ts'

/**
 * Builds and publishes the navigate dataset of one stored transform.
 * @throws AtlasError `transform.not_found`, `sql.*`, `run.blocked`, `dataset.conflict`
 */
export async function buildTransform(
  environment: RunEnvironment,
  name: string,
  by: string,
): Promise<{ dataset: string; snapshotId: string; rows: number }> {
  const stored = await readStoredTransforms(environment.db, process.cwd())
  const found = stored.find((rule) => rule.name === name)
  if (found === undefined) throw new AtlasError('transform.not_found', `There is no transform ${name}.`)
  const rule = await parseTransform(found, found.origin)
  const id = newId('t', environment.now().getTime(), environment.random)
  const scratch = path.join(environment.scratch, id)
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  try {
    const context = transformContext(environment, id, scratch, by)
    const dataset = await buildNavigate(context, rule)
    await judgeHistory(environment.db, [dataset.draft], environment.now())
    const ids = await commitBuilt(environment.db, id, [dataset.draft], context.refused)
    return { dataset: dataset.name, snapshotId: snapshotName(ids.get(dataset.name) ?? Number.NaN), rows: dataset.draft.rows }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** A transform on its own has no streams and no steps. */
function transformContext(environment: RunEnvironment, id: string, scratch: string, by: string): RunContext {
  return {
    environment,
    runId: id,
    fencingToken: 0,
    requestedBy: by,
    pipeline: PipelineDefinition.parse({ name: 'transform', description: `Built by ${by}`, source: { connector: 'files' } }),
    workingFolder: scratch,
    scratch,
    signal: AbortSignal.timeout(3_600_000),
    recorder: new RunRecorder(environment.db, new RunEvents(), id),
    startedAt: environment.now(),
    replay: null,
    streams: [],
    transforms: [],
    navigate: [],
    refused: [],
    warnings: [],
  }
}
