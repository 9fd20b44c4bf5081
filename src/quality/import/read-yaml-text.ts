import { type Document, isScalar, LineCounter, parseAllDocuments, visit, type YAMLMap } from 'yaml'
import type { NotCarriedOver } from '../../contract/quality-contracts.ts'
import { AtlasError } from '../../core/errors.ts'

/** What stands in a YAML text, and keys that stand twice in one mapping: of those the last one counts, as for the tools that read such files. */
export interface YamlText {
  documents: unknown[]
  repeated: NotCarriedOver[]
}

// Keys that stand twice are looked for here: the parser compares each key with every other, which takes seconds for a long mapping.
const options = { uniqueKeys: false, prettyErrors: true, logLevel: 'silent', merge: true } as const

/**
 * The documents of a YAML text as plain data; `<<` merges, as those tools have it.
 * @throws AtlasError `quality.import_unreadable` naming file, line and what is wrong
 */
export function readYamlText(text: string, file: string): YamlText {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { ...options, lineCounter: lines })
  if (!Array.isArray(documents)) return { documents: [], repeated: [] }
  const broken = documents.flatMap(({ errors }) => errors)[0]
  if (broken !== undefined) {
    const line = broken.linePos?.[0].line
    const [what] = broken.message.split('\n')
    throw new AtlasError('quality.import_unreadable', `${file}${line === undefined ? '' : `:${line}`} is no YAML: ${what ?? ''}`, {
      cause: broken,
    })
  }
  try {
    return {
      documents: documents.map((document) => document.toJS({ maxAliasCount: 100 }) as unknown),
      repeated: documents.flatMap((document) => repeatedIn(document, lines)),
    }
  } catch (cause) {
    // A few lines of aliases of aliases can stand for millions of values.
    throw new AtlasError('quality.import_unreadable', `${file} has aliases of aliases that stand for too much.`, { cause })
  }
}

/** Keys that stand twice in one object of a JSON text, which is YAML too; none where the text is no YAML. */
export function repeatedKeys(text: string): NotCarriedOver[] {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { ...options, lineCounter: lines })
  return Array.isArray(documents) ? documents.flatMap((document) => repeatedIn(document, lines)) : []
}

function repeatedIn(document: Document, lines: LineCounter): NotCarriedOver[] {
  const repeated: NotCarriedOver[] = []
  visit(document, {
    Map: (_, map: YAMLMap) => {
      const seen = new Set<string>()
      for (const { key } of map.items) {
        if (!isScalar(key) || key.value === '<<') continue
        const name = String(key.value)
        if (seen.has(name)) repeated.push(twice(name, lines.linePos(key.range?.[0] ?? 0).line))
        seen.add(name)
      }
    },
  })
  return repeated
}

function twice(key: string, line: number): NotCarriedOver {
  const why = 'the key stands twice in one mapping: the last one counts, and what the one before says is not carried over'
  return { where: `line ${line}`, what: key, why }
}
