import { Document } from 'yaml'
import { PipelineDefinition, StreamRule } from '../../contract/pipelines.ts'
import { stableJson } from '../../core/stable-json.ts'

const NAME = 'x'
const unsaid = {
  pipeline: PipelineDefinition.parse({ name: NAME, source: { connector: 'files' } }),
  stream: StreamRule.parse({ name: NAME }),
}

/** A pipeline as the text of a file; what has its default is left out, so that reading the text gives the same definition. */
export function writePipeline(definition: PipelineDefinition): string {
  const { source, streams, transforms, ...rest } = definition
  const { settings, ...kind } = source
  const content = {
    name: rest.name,
    ...without(rest, unsaid.pipeline),
    source: { ...kind, ...(Object.keys(settings).length === 0 ? {} : { settings }) },
    ...(streams.length === 0 ? {} : { streams: streams.map((stream) => ({ name: stream.name, ...without(stream, unsaid.stream) })) }),
    ...(transforms.length === 0 ? {} : { transforms: transforms.map(withoutEmpty) }),
  }
  return new Document(content).toString({ lineWidth: 0 })
}

/** The fields that say something else than the default. */
function without(value: object, defaults: object): object {
  const known = new Map<string, unknown>(Object.entries(defaults))
  return Object.fromEntries(
    Object.entries(value).filter(
      ([key, own]) => own !== undefined && key !== 'name' && stableJson(own) !== stableJson(known.get(key) ?? null),
    ),
  )
}

function withoutEmpty(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, own]) => own !== '' && !(Array.isArray(own) && own.length === 0)))
}
