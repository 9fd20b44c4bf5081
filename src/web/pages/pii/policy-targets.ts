import type { Policy } from '../../../contract/pii.ts'
import type { StreamRule } from '../../../contract/pipelines.ts'
import type { Pipeline } from '../../../contract/stored-pipelines.ts'
import type { Source } from '../../../contract/sources.ts'

/** Something that has a policy: a source, or a pipeline. */
export interface PolicyTarget {
  /** As it stands in the address: `source.shop`, `pipeline.customers`. */
  id: string
  kind: 'source' | 'pipeline'
  name: string
  policy: Policy
  /** Names of its chart datasets without the layer, where its streams say them. */
  datasets: string[]
  version: number
  /** The file that holds it, so that it is changed there and not here; null where none does. */
  file: string | null
}

/** Every policy there is, sources first. A pipeline that reads a saved source has its own policy. */
export function policyTargets(sources: Source[], pipelines: Pipeline[]): PolicyTarget[] {
  return [
    ...sources.map((source) => target('source', source.name, source.policy, source.streams, source.version)),
    ...pipelines.map(({ name, definition, version, git }) => ({
      ...target('pipeline', name, definition.policy, definition.streams, version),
      file: git?.holds === true ? git.file : null,
    })),
  ]
}

function target(kind: PolicyTarget['kind'], name: string, policy: Policy, streams: StreamRule[], version: number): PolicyTarget {
  const datasets = streams.flatMap(({ dataset }) => dataset ?? [])
  return { id: `${kind}.${name}`, kind, name, policy, datasets, version, file: null }
}
