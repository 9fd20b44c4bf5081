import { asciiLower } from './check-statement.ts'

/** A part of a parsed statement. */
export type Node = Record<string, unknown>

/** Columns of datasets, each as `layer.name`, a NUL, and the column. */
export type Origins = ReadonlySet<string>

export interface LineageColumn {
  /** In lower case; empty where the engine makes a name up. */
  name: string
  origins: Origins
}

/** Something that stands in FROM. */
export interface Source {
  schema: string
  alias: string
  columns: readonly LineageColumn[]
}

export interface Scope {
  /** Columns by dataset, as `layer.name`. */
  schemas: ReadonlyMap<string, readonly string[]>
  ctes: ReadonlyMap<string, readonly LineageColumn[]>
  sources: readonly Source[]
  /** Aliases of the select list so far, which later items may use. */
  aliases: readonly LineageColumn[]
  /** Parameters of the lambdas around. */
  locals: ReadonlySet<string>
  outer: Scope | null
}

/** Thrown inside when the origin of a column is not determined; never leaves this folder. */
export class UnknownLineage extends Error {}

/** Names that the engine answers by itself when no column has them. */
const valueFunctions: ReadonlySet<string> = new Set(
  'current_date current_time current_timestamp localtime localtimestamp current_user session_user user current_catalog current_schema current_role'.split(
    ' ',
  ),
)

export function union(parts: Iterable<Origins>): Origins {
  const all = new Set<string>()
  for (const part of parts) for (const origin of part) all.add(origin)
  return all
}

/**
 * Where the column that a reference names comes from: a column of a source, an alias of the select list, a whole row, then the same
 * in the query around.
 * @throws UnknownLineage when nothing of that name is in scope
 */
export function resolveColumn(reference: readonly string[], scope: Scope): Origins {
  const names = reference.map(asciiLower)
  const [first = '', second = '', third = ''] = names
  if (scope.locals.has(first)) return new Set()
  const found = [
    ...(names.length > 2
      ? columnsOf(
          scope.sources.filter((source) => source.schema === first && source.alias === second),
          third,
        )
      : []),
    ...(names.length > 1
      ? columnsOf(
          scope.sources.filter((source) => source.alias === first),
          second,
        )
      : []),
  ]
  if (found.length > 0) return union(found)
  const plain = [
    ...columnsOf(scope.sources, first),
    ...scope.aliases.filter((column) => column.name === first).map((column) => column.origins),
  ]
  if (plain.length > 0) return union(plain)
  const row = scope.sources.find((source) => source.alias === first)
  if (row !== undefined) return union(row.columns.map((column) => column.origins))
  if (scope.outer !== null) return resolveColumn(reference, scope.outer)
  if (names.length === 1 && valueFunctions.has(first)) return new Set()
  throw new UnknownLineage(`no column ${names.join('.')}`)
}

function columnsOf(sources: readonly Source[], name: string): Origins[] {
  return sources.flatMap((source) => source.columns.filter((column) => column.name === name).map((column) => column.origins))
}
