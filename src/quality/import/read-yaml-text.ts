import { parseAllDocuments } from 'yaml'
import { AtlasError } from '../../core/errors.ts'

/**
 * The documents of a YAML text as plain data. Keys that stand twice are taken as YAML 1.1 tools take them: the last one counts.
 * @throws AtlasError `quality.import_unreadable` naming file, line and what is wrong
 */
export function readYamlText(text: string, file: string): unknown[] {
  const documents = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: true, logLevel: 'silent' })
  if (!Array.isArray(documents)) return []
  const broken = documents.flatMap(({ errors }) => errors)[0]
  if (broken !== undefined) {
    const line = broken.linePos?.[0].line
    const [what] = broken.message.split('\n')
    throw new AtlasError('quality.import_unreadable', `${file}${line === undefined ? '' : `:${line}`} is no YAML: ${what ?? ''}`, {
      cause: broken,
    })
  }
  try {
    return documents.map((document) => document.toJS({ maxAliasCount: 100 }) as unknown)
  } catch (cause) {
    // A few lines of aliases of aliases can stand for millions of values.
    throw new AtlasError('quality.import_unreadable', `${file} has aliases of aliases that stand for too much.`, { cause })
  }
}
