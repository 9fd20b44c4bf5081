import { PipelineDefinition, type TransformRule } from '../contract/pipelines.ts'
import type { StepName } from '../contract/runs.ts'

export const TRANSFORM_STEP_NAMES: readonly StepName[] = ['plan', 'transform', 'check', 'publish']

/** The steps of a run that builds one transform, as they are shown while it waits. */
export const TRANSFORM_STEPS: readonly { ordinal: number; stream: string; name: StepName }[] = TRANSFORM_STEP_NAMES.map(
  (name, ordinal) => ({ ordinal, stream: '', name }),
)

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
