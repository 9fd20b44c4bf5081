import { PipelineDefinition, type TransformRule } from '../contract/pipelines.ts'
import type { StepName } from '../contract/runs.ts'
import type { RunTotals } from '../store/commit.ts'
import { snapshotName } from '../store/snapshots.ts'
import type { RunContext } from './run-context.ts'
import { parseTransform } from './steps/plan.ts'
import { publish } from './steps/publish.ts'
import { examine, writeNavigate } from './steps/transform.ts'

const NAMES: readonly StepName[] = ['plan', 'transform', 'check', 'publish']

/** The steps of a run that builds one transform, as they are shown while it waits. */
export const TRANSFORM_STEPS: readonly { ordinal: number; stream: string; name: StepName }[] = NAMES.map((name, ordinal) => ({
  ordinal,
  stream: '',
  name,
}))

/** What the run of a transform carries out: the transform alone, without a source. */
export function transformDefinition(rule: TransformRule): PipelineDefinition {
  const { name, sql, description, checks, runs, freshness } = rule
  const kept = {
    name,
    sql,
    description,
    checks,
    ...(runs === undefined ? {} : { runs }),
    ...(freshness === undefined ? {} : { freshness }),
  }
  return PipelineDefinition.parse({ name, description, source: { connector: 'files' }, transforms: [kept] })
}

/**
 * Builds one transform and publishes it: its rules and gates are those of every other dataset, and the snapshots that it read are recorded.
 * @throws AtlasError `sql.*`, `run.blocked`, `dataset.conflict`, `dataset.not_found`
 */
export async function carryOutTransform(context: RunContext): Promise<RunTotals['state']> {
  const { recorder } = context
  const [rule] = context.pipeline.transforms
  if (rule === undefined) throw new Error('the run of a transform has one')
  const planned = await recorder.step('', 'plan', async () => {
    const found = await parseTransform(rule, 'api')
    return { planned: found, note: `Reads ${found.reads.join(', ') || 'no dataset'}.` }
  })
  context.transforms = [planned.planned]
  await recorder.declare(NAMES.slice(1).map((name) => ({ stream: '', name })))
  const { dataset } = await recorder.step('', 'transform', async () => {
    const built = await writeNavigate(context, planned.planned)
    context.navigate.push(built)
    const { inputs, rows } = built.draft
    const read = inputs.map((input) => `${input.dataset} (${snapshotName(input.snapshotId ?? Number.NaN)})`)
    return { dataset: built, rowsOut: rows, note: `Built ${built.name} from ${read.join(', ')}.` }
  })
  await recorder.step('', 'check', async () => {
    await examine(context, planned.planned, dataset)
    return { rowsIn: dataset.draft.rows, note: `${dataset.draft.checks.length} checks ran.` }
  })
  let state: RunTotals['state'] = 'succeeded'
  await recorder.step('', 'publish', async () => {
    const published = await publish(context)
    state = published.state
    return published
  })
  return state
}
