import type { CodeFiles } from '../../contract/pipelines-as-code.ts'
import { AtlasError } from '../../core/errors.ts'
import { normaliseName } from '../../core/names.ts'
import { describeGraph } from '../graph/describe-graph.ts'
import type { Platform } from '../platform.ts'

interface Target {
  dataset: string
  pipeline: string
  /** JSON Pointer into the request. */
  pointer: string
}

/**
 * @throws AtlasError `pipeline.invalid` where two files say how fresh a dataset is to be, and for a target of what nothing makes (a pipeline that
 * names no streams may make anything)
 */
export async function refuseUnknownTargets(platform: Platform, files: CodeFiles): Promise<void> {
  const targets = files.pipelines.flatMap(({ freshness, definition: { name: pipeline } }, index) =>
    Object.keys(freshness ?? {}).map((dataset): Target => ({ dataset, pipeline, pointer: `/pipelines/${index}/freshness/${dataset}` })),
  )
  refuseTwice(targets)
  if (files.pipelines.some(({ definition }) => definition.streams.length === 0)) return
  const made = tablesOf(files)
  const unknown = targets.filter(({ dataset }) => !made.has(dataset.slice(dataset.indexOf('.') + 1)))
  if (unknown.length === 0) return
  const known = new Set((await describeGraph(platform, undefined)).nodes.map(({ id }) => id))
  const fields = unknown
    .filter(({ dataset }) => !known.has(dataset))
    .map(({ dataset, pointer }) => ({ pointer, detail: `nothing makes ${dataset}` }))
  if (fields[0] !== undefined)
    throw new AtlasError('pipeline.invalid', `A freshness target is for a dataset that is not there: ${fields[0].detail}.`, {
      fields,
      next: 'Name a dataset that the streams or transforms make, e.g. navigate.revenue.',
    })
}

function refuseTwice(targets: readonly Target[]): void {
  const first = new Map<string, Target>()
  for (const target of targets) {
    const before = first.get(target.dataset)
    if (before !== undefined)
      throw new AtlasError('pipeline.invalid', `${before.pipeline} and ${target.pipeline} both say how fresh ${target.dataset} is to be.`, {
        fields: [before, target].map(({ pointer, dataset }) => ({ pointer, detail: `how fresh ${dataset} is to be` })),
        next: 'Let one of them say it.',
      })
    first.set(target.dataset, target)
  }
}

/** Tables that the files name, whatever their layer. */
function tablesOf({ pipelines, transforms }: CodeFiles): Set<string> {
  const streams = pipelines.flatMap(({ definition }) => definition.streams)
  const made = [...pipelines.flatMap(({ definition }) => definition.transforms), ...transforms]
  return new Set([...streams.map(({ dataset, name }) => dataset ?? normaliseName(name)), ...made.map(({ name }) => name)])
}
