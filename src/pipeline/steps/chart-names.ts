import type { StreamRule } from '../../contract/pipelines.ts'
import { AtlasError } from '../../core/errors.ts'
import { normaliseHeader } from '../../core/names.ts'
import type { SchemaColumn } from '../../store/schema.ts'

/**
 * Name in chart of every explore column, by its name in explore: the normalised header, or what the pipeline declares.
 * @throws AtlasError `pipeline.unknown_column`, `pipeline.invalid` when two columns would get one name
 */
export function chartNames(columns: readonly SchemaColumn[], rule: StreamRule): Map<string, string> {
  const normalised = normaliseHeader(columns.map((column) => column.name))
  const names = new Map(columns.map((column, index) => [column.name, normalised[index] ?? column.name]))
  for (const declared of Object.keys(rule.columns)) {
    const source = names.has(declared) ? declared : [...names].find(([, name]) => name === declared)?.[0]
    if (source === undefined) {
      throw new AtlasError(
        'pipeline.unknown_column',
        `The pipeline declares column "${declared}", but the stream has ${[...names.keys()].map((name) => `"${name}"`).join(', ')}.`,
      )
    }
    const renamed = rule.columns[declared]?.name
    if (renamed !== undefined) names.set(source, renamed)
  }
  const taken = new Set<string>()
  for (const name of names.values()) {
    if (taken.has(name))
      throw new AtlasError('pipeline.invalid', `Two columns would be named ${name} in chart; give one of them another name.`)
    taken.add(name)
  }
  for (const key of rule.keys) {
    if (!taken.has(key))
      throw new AtlasError('pipeline.unknown_column', `The key column "${key}" is not in chart; it has ${[...taken].join(', ')}.`)
  }
  return names
}
