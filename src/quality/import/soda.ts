import { createCollector, type Imported, type ImportOptions } from './imported.ts'
import { asObject } from './read-value.ts'
import { refuseNul } from './refuse-nul.ts'
import { readYamlText } from './read-yaml-text.ts'
import { readSodaChecks } from './soda-checks.ts'
import { readSodaContract } from './soda-contract.ts'

/**
 * Reads a Soda data contract (version 4, and the forms before it) or a checks file (`checks for orders:`).
 * @throws AtlasError `quality.import_unreadable` where the text is no YAML
 */
export function importSoda(text: string, file: string, options: ImportOptions): Imported {
  const collector = createCollector(options)
  const { documents, repeated } = readYamlText(text, file)
  for (const { where, what, why } of repeated) collector.skip(where, what, why)
  refuseNul(documents.length === 1 ? documents[0] : documents, file)
  for (const document of documents) {
    const content = asObject(document)
    if (content === null) continue
    if ('dataset' in content || 'table' in content) readSodaContract(content, collector)
    else readSodaChecks(content, collector)
  }
  return collector.finish()
}
