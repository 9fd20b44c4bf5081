import type { CodeChange } from '../../contract/pipelines-as-code.ts'
import { PipelineDefinition } from '../../contract/pipelines.ts'
import type { ValueChange } from '../../contract/stored-pipelines.ts'
import { pipelineChanges } from '../../core/pipeline-changes.ts'
import type { Pipeline } from '../../contract/stored-pipelines.ts'
import type { Platform } from '../platform.ts'
import type { AcceptedPipeline } from './accept-code.ts'
import { withoutSecrets } from './accept-pipeline.ts'
import { secretMarks } from './secret-marks.ts'

/** A stored pipeline, and what its file's secrets were. */
export interface StandingPipeline {
  pipeline: Pipeline
  marks: Record<string, string> | null
  /** Who made its newest version. */
  changedBy: string
}

/** How a pipeline of a file differs from what is stored; null where it does not. */
export async function comparePipeline(
  platform: Platform,
  given: AcceptedPipeline,
  standing: StandingPipeline | null,
  takeOver: boolean,
): Promise<CodeChange | null> {
  const { file, definition } = given
  const change = { kind: 'pipeline' as const, name: definition.name, file }
  if (standing === null) {
    const changes = pipelineChanges(
      PipelineDefinition.parse({ name: definition.name, source: { connector: definition.source.connector } }),
      withoutSecrets(definition, platform),
    )
    return {
      ...change,
      action: 'create',
      version: null,
      detail: `reads ${definition.source.saved ?? definition.source.connector}`,
      changes,
    }
  }
  const { version } = standing.pipeline
  const changes = await changesOf(platform, given, standing)
  const holder = file === null ? null : holderOf(standing, file)
  if (holder !== null) {
    const action = takeOver ? 'take_over' : 'conflict'
    return { ...change, action, version, detail: `${file ?? 'the file'} has it, and ${holder}`, changes }
  }
  return changes.length === 0 ? null : { ...change, action: 'change', version, detail: '', changes }
}

/** Who else says what the pipeline is, in words; null where it is this file. */
function holderOf({ pipeline, changedBy }: StandingPipeline, file: string): string | null {
  const { git, version, updatedAt } = pipeline
  if (git === null) return `it was made in the browser (version ${version}, ${changedBy}, ${updatedAt})`
  if (!git.holds)
    return `it was taken out of the hands of ${git.file} (version ${git.version} of it) and is at version ${version} now (${changedBy}, ${updatedAt})`
  return git.file === file ? null : `it was applied from ${git.file} (${git.appliedBy}, ${git.appliedAt})`
}

/** Never a secret: of one that is another now only its path is told. */
async function changesOf(platform: Platform, given: AcceptedPipeline, { pipeline, marks }: StandingPipeline): Promise<ValueChange[]> {
  const stored = PipelineDefinition.parse(pipeline.definition)
  const changes = pipelineChanges(withoutSecrets(stored, platform), withoutSecrets(given.definition, platform))
  const before = marks ?? secretMarks(platform, { ...stored.source, settings: await platform.secrets.openSettings(stored.source.settings) })
  const secrets = Object.keys(given.marks).filter((path) => path in before && before[path] !== given.marks[path])
  return [...changes, ...secrets.map((path) => ({ path: `source.settings.${path}`, from: 'a secret', to: 'another secret' }))]
}
