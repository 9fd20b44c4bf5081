import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSync, type ParseResult } from 'oxc-parser'

export interface SourceImport {
  /** As written, e.g. `../core/sql.ts` or `zod`. */
  specifier: string
  /** The file below the repository's root that it names; null for a package or a Node module. */
  file: string | null
  /** True where nothing of it is left when types are stripped. */
  typeOnly: boolean
  /** `import('…')`: loaded when first needed. */
  dynamic: boolean
  /** Names bound here, as they are called in the imported file. */
  names: string[]
}

export interface SourceModule {
  /** Path from the repository's root, with `/`. */
  file: string
  text: string
  imports: SourceImport[]
  exportsDefault: boolean
  exportedNames: string[]
  program: ParseResult['program']
}

const root = path.resolve(import.meta.dirname, '../..')

/** Every TypeScript module below `folder`, parsed. Throws when one does not parse. */
export function readSourceModules(folder: string): SourceModule[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')))
    .filter((file) => /\.tsx?$/.test(file))
    .sort()
    .map((file) => parseSourceModule(file, readFileSync(path.join(root, file), 'utf8')))
}

/** @param file path from the repository's root, with `/` */
export function parseSourceModule(file: string, text: string): SourceModule {
  const parsed = parseSync(file, text)
  if (parsed.errors.length > 0) throw new SyntaxError(`${file}: ${parsed.errors[0]?.message}`)
  return {
    file,
    text,
    imports: importsOf(file, text, parsed),
    exportsDefault: parsed.module.staticExports.some((entry) => entry.entries.some((item) => item.exportName.kind === 'Default')),
    exportedNames: parsed.module.staticExports.flatMap((entry) => entry.entries.flatMap((item) => item.exportName.name ?? [])),
    program: parsed.program,
  }
}

function importsOf(file: string, text: string, { module }: ParseResult): SourceImport[] {
  const resolve = (specifier: string): string | null =>
    specifier.startsWith('.') ? path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier)) : null
  const statics = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    file: resolve(moduleRequest.value),
    typeOnly: entries.length > 0 && entries.every((entry) => entry.isType),
    dynamic: false,
    names: entries.flatMap((entry) => entry.importName.name ?? []),
  }))
  const reExports = module.staticExports.flatMap((statement) =>
    statement.entries.flatMap(({ moduleRequest, isType, importName }) =>
      moduleRequest === null
        ? []
        : {
            specifier: moduleRequest.value,
            file: resolve(moduleRequest.value),
            typeOnly: isType,
            dynamic: false,
            names: [importName.name ?? '*'],
          },
    ),
  )
  const dynamics = module.dynamicImports.flatMap(({ moduleRequest }) => {
    const literal = /^(['"])(.*)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[2]
    return literal === undefined ? [] : { specifier: literal, file: resolve(literal), typeOnly: false, dynamic: true, names: [] }
  })
  return [...statics, ...reExports, ...dynamics]
}

type Node = { type: string } & Record<string, unknown>

/** Calls `visit` for every node of a program. */
export function walk(program: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(program)) return program.forEach((item) => walk(item, visit))
  if (program === null || typeof program !== 'object') return
  if ('type' in program && typeof program.type === 'string') visit(program as Node)
  for (const value of Object.values(program)) walk(value, visit)
}
