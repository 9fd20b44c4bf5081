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

/** What is known of the files that a pipeline's file is among. */
export interface FilesOfProject {
  project: string
  takeOver: boolean
  /** Whether a file of the project is there no more. */
  isGone(file: string): boolean
}

/** How a pipeline of a file differs from what is stored; null where it does not. */
export async function comparePipeline(
  platform: Platform,
  given: AcceptedPipeline,
  standing: StandingPipeline | null,
  files: FilesOfProject,
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
  const { git } = standing.pipeline
  const holder = file === null ? null : holderOf(standing, file, files.project)
  if (holder !== null) {
    const isMove = git?.holds === true && isOfProject(git.project, files.project) && files.isGone(git.file)
    if (isMove) return { ...change, action: 'move', version, detail: `it was in ${git.file}`, changes }
    const heldBy = git?.holds === true ? { heldBy: { project: git.project, file: git.file } } : {}
    const action = files.takeOver ? 'take_over' : 'conflict'
    return { ...change, action, version, detail: `${file ?? 'the file'} has it, and ${holder}`, changes, ...heldBy }
  }
  const adopted = file !== null && git?.project === null ? [{ path: 'project', to: files.project }] : []
  if (adopted.length > 0 && changes.length === 0) return { ...change, action: 'change', version, detail: '', changes: adopted }
  return changes.length === 0 ? null : { ...change, action: 'change', version, detail: '', changes }
}

/** Whether something is of a project; what was applied before projects were known is of any. */
export function isOfProject(held: string | null | undefined, project: string): boolean {
  return held == null || held === project
}

/** A project in words. */
export function projectWords(project: string | null | undefined): string {
  return project ? `the project ${project}` : 'a project without a name'
}

/** Who else says what the pipeline is, in words; null where it is this file. */
function holderOf({ pipeline, changedBy }: StandingPipeline, file: string, project: string): string | null {
  const { git, version, updatedAt } = pipeline
  if (git === null) return `it was made in the browser (version ${version}, ${changedBy}, ${updatedAt})`
  if (!git.holds)
    return `it was taken out of the hands of ${git.file} (version ${git.version} of it) and is at version ${version} now (${changedBy}, ${updatedAt})`
  if (!isOfProject(git.project, project))
    return `it stands in ${git.file} of ${projectWords(git.project)} (${git.appliedBy}, ${git.appliedAt})`
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
