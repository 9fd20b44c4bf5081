import { PipelineDefinition } from '../contract/pipelines.ts'
import { PipelineFileContent } from '../contract/pipelines-as-code.ts'
import { SourceInput } from '../contract/sources.ts'
import { type Resolved, resolveReferences } from './references.ts'
import { readYaml } from './read-yaml.ts'

type Settings = Record<string, unknown>
type Environment = Readonly<Record<string, string | undefined>>

export interface PipelineFile {
  definition: PipelineDefinition
  /** Absolute folder of the file: relative paths and transforms/ start there. */
  folder: string
  /** What the references in the settings led to. */
  references: Resolved<Settings>
  /** `file:line` of a JSON Pointer into the pipeline, for errors found later. */
  locate(pointer: string): string
}

/**
 * Reads a pipeline file and follows the references in the settings of its source.
 * @throws AtlasError `file.not_found`, `pipeline.invalid` naming line and key of every mistake, `secret.reference_missing`
 */
export async function readPipeline(file: string, env: Environment): Promise<PipelineFile> {
  const { value, folder, locate } = await readYaml(file, 'pipeline', () => PipelineFileContent)
  // When it runs by itself, how fresh that is and who is told says nothing of this run.
  const { schedules: _, freshness: _freshness, alerts: _alerts, ...definition } = value
  const references = await resolveReferences(definition.source.settings, {
    env,
    folder,
    locate: (keys) => locate(['source', 'settings', ...keys]),
  })
  return {
    definition: { ...definition, source: { ...definition.source, settings: references.value } },
    folder,
    references,
    locate: (pointer) => locate(pointer.split('/').filter((part) => part !== '')),
  }
}

const SourceFile = SourceInput.partial({ name: true })
/** A source can be taken from a pipeline file, where that has nothing that a source has not. */
const SourceOfPipeline = PipelineDefinition.refine(({ transforms }) => transforms.length === 0, {
  path: ['transforms'],
  error: 'a source has no transforms; keep them in transforms/ or in a pipeline that names the source with saved:',
})
  .refine(({ source }) => source.saved === undefined, { path: ['source', 'saved'], error: 'names a source that is saved already' })
  .transform(({ source, name, description, streams, policy }) =>
    SourceInput.parse({ name, description, streams, policy, connector: source.connector, settings: source.settings }),
  )

export interface SourceFileContent {
  source: Omit<SourceInput, 'name'> & { name?: string | undefined }
  folder: string
  references: Resolved<Settings>
}

/**
 * Reads a source from a file: either a source alone (`connector`, `settings`, `streams` …) or a pipeline file.
 * @throws as readPipeline
 */
export async function readSourceFile(file: string, env: Environment): Promise<SourceFileContent> {
  let at: string[] = []
  const { value, folder, locate } = await readYaml<SourceFileContent['source']>(file, 'source', (content) => {
    if (typeof content !== 'object' || content === null || !('source' in content)) return SourceFile
    at = ['source']
    return SourceOfPipeline
  })
  const references = await resolveReferences(value.settings, { env, folder, locate: (keys) => locate([...at, 'settings', ...keys]) })
  return { source: { ...value, settings: references.value }, folder, references }
}
