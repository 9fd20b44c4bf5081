import type { ImportFormat } from '../../contract/quality-contracts.ts'
import { AtlasError } from '../../core/errors.ts'
import { importDbt } from './dbt.ts'
import { importGreatExpectations } from './great-expectations.ts'
import type { Imported, ImportOptions } from './imported.ts'
import { asObject } from './read-value.ts'
import { readYamlText } from './read-yaml-text.ts'
import { importSoda } from './soda.ts'

const importers: Record<ImportFormat, (text: string, file: string, options: ImportOptions) => Imported> = {
  soda: importSoda,
  dbt: importDbt,
  gx: importGreatExpectations,
}

/**
 * Reads a file of Soda, dbt or Great Expectations as contracts.
 * @param from the tool it comes from; found by what stands in it unless told
 * @throws AtlasError `quality.import_unreadable`
 */
export function importRules(
  text: string,
  file: string,
  from: ImportFormat | undefined,
  options: ImportOptions,
): Imported & { from: ImportFormat } {
  const lost = text.indexOf('\ufffd')
  if (lost !== -1) {
    const line = text.slice(0, lost).split('\n').length
    throw new AtlasError(
      'quality.import_unreadable',
      `${file}:${line} has bytes that are not UTF-8; save the file as UTF-8 and import it again.`,
    )
  }
  const format = from ?? detectFormat(text, file)
  return { from: format, ...importers[format](text, file, options) }
}

function detectFormat(text: string, file: string): ImportFormat {
  // JSON is YAML, but a syntax error in it should be told as one of JSON.
  if (/^\s*[[{]/.test(text) && /"expectation(s|_suite_name|_type)"/.test(text)) return 'gx'
  const keys = readYamlText(text, file).documents.flatMap((document) => Object.keys(asObject(document) ?? {}))
  const has = (...names: string[]): boolean => names.some((name) => keys.includes(name))
  if (has('expectations', 'expectation_suite_name')) return 'gx'
  if (keys.some((key) => /^(checks for|for each|filter) /.test(key)) || has('dataset', 'table')) return 'soda'
  if (has('models', 'sources', 'seeds', 'snapshots')) return 'dbt'
  throw new AtlasError(
    'quality.import_unreadable',
    `${file} looks like none of Soda, dbt and Great Expectations; its keys are: ${keys.slice(0, 10).join(', ') || 'none'}.`,
  )
}
