import { TRANSFORM_STEP_NAMES } from '../core/transform-run.ts'
import type { RunTotals } from '../store/commit.ts'
import { snapshotName } from '../store/snapshots.ts'
import type { RunContext } from './run-context.ts'
import { parseTransform } from './steps/plan.ts'
import { publish } from './steps/publish.ts'
import { examine, writeNavigate } from './steps/transform.ts'

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
  await recorder.declare(TRANSFORM_STEP_NAMES.slice(1).map((name) => ({ stream: '', name })))
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
