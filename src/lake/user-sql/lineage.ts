import { asciiLower } from './check-statement.ts'
import {
  resolveColumn,
  union,
  UnknownLineage,
  type LineageColumn,
  type Node,
  type Origins,
  type Scope,
  type Source,
} from './lineage-scope.ts'

export interface ColumnLineage {
  /** Name of the result column. */
  column: string
  /** The columns whose values it is computed from (not those that only filter, join or sort), in order. */
  inputs: { dataset: string; column: string }[]
}

/**
 * From which columns of which datasets each result column of a checked statement is computed.
 * @param statement of `parseUserSql`
 * @param schemas the column names of every dataset that the statement names
 * @param columns the names of the result's columns, as the engine gave them
 * @returns null where it is not determined: PIVOT, COLUMNS(…) and structs unpacked into columns
 */
export function columnLineage(
  statement: unknown,
  schemas: ReadonlyMap<string, readonly string[]>,
  columns: readonly string[],
): ColumnLineage[] | null {
  try {
    const scope: Scope = { schemas, ctes: new Map(), sources: [], aliases: [], locals: new Set(), outer: null }
    const result = columnsOfNode((statement as { node: Node }).node, scope)
    if (result.length !== columns.length) return null
    return columns.map((column, index) => ({ column, inputs: [...(result[index]?.origins ?? [])].map(toInput) }))
  } catch (error) {
    if (error instanceof UnknownLineage) return null
    throw error
  }
}

function toInput(origin: string): { dataset: string; column: string } {
  const [dataset = '', column = ''] = origin.split('\0')
  return { dataset, column }
}

function columnsOfNode(node: Node, around: Scope): LineageColumn[] {
  const scope = withCtes(node, around)
  if (node.type === 'SELECT_NODE') return columnsOfSelect(node, scope)
  if (node.type === 'SET_OPERATION_NODE') return columnsOfSetOperation(node, scope)
  if (node.type === 'RECURSIVE_CTE_NODE') return columnsOfRecursion(node, scope)
  throw new UnknownLineage(`no lineage for ${String(node.type)}`)
}

function withCtes(node: Node, scope: Scope): Scope {
  const entries = (node.cte_map as { map: { key: string; value: { aliases: string[]; query: { node: Node } } }[] }).map
  const ctes = new Map(scope.ctes)
  for (const { key, value } of entries)
    ctes.set(asciiLower(key), rename(columnsOfNode(value.query.node, { ...scope, ctes }), value.aliases))
  return { ...scope, ctes }
}

function rename(columns: readonly LineageColumn[], names: readonly string[]): LineageColumn[] {
  return columns.map((column, index) => ({ ...column, name: asciiLower(names[index] ?? column.name) }))
}

function columnsOfSetOperation(node: Node, scope: Scope): LineageColumn[] {
  const left = columnsOfNode(node.left as Node, scope)
  const right = columnsOfNode(node.right as Node, scope)
  if (node.setop_type === 'EXCEPT' || node.setop_type === 'INTERSECT') return left
  if (node.setop_type === 'UNION') return merge(left, right)
  const names = [...new Set([...left, ...right].map((column) => column.name))]
  const named = (name: string): Origins =>
    union([...left, ...right].filter((column) => column.name === name).map((column) => column.origins))
  return names.map((name) => ({ name, origins: named(name) }))
}

function merge(left: readonly LineageColumn[], right: readonly LineageColumn[]): LineageColumn[] {
  return left.map((column, index) => ({ name: column.name, origins: union([column.origins, right[index]?.origins ?? new Set()]) }))
}

/** Runs the recursive part until no column gains an origin; each round can only add some. */
function columnsOfRecursion(node: Node, scope: Scope): LineageColumn[] {
  let columns = columnsOfNode(node.left as Node, scope)
  for (;;) {
    const ctes = new Map(scope.ctes).set(asciiLower(String(node.cte_name)), rename(columns, (node.aliases ?? []) as string[]))
    const next = merge(columns, columnsOfNode(node.right as Node, { ...scope, ctes }))
    if (next.every((column, index) => column.origins.size === columns[index]?.origins.size)) return next
    columns = next
  }
}

function columnsOfSelect(node: Node, around: Scope): LineageColumn[] {
  const inner: Scope = { ...around, sources: [], aliases: [], outer: around.sources.length > 0 || around.outer !== null ? around : null }
  const from = readFrom(node.from_table as Node, inner)
  const columns: LineageColumn[] = []
  for (const item of node.select_list as Node[]) {
    const scope = { ...inner, sources: from.sources, aliases: columns }
    if (item.class === 'STAR') columns.push(...expandStar(item, from, scope))
    else columns.push({ name: outputName(item), origins: originsOf(item, scope) })
  }
  return columns
}

function outputName(item: Node): string {
  const names = item.class === 'COLUMN_REF' ? (item.column_names as string[]) : []
  return asciiLower(String(item.alias) || (names.at(-1) ?? ''))
}

interface From {
  sources: Source[]
  /** What `*` gives. */
  star: LineageColumn[]
}

function expandStar(star: Node, from: From, scope: Scope): LineageColumn[] {
  if (star.columns === true || star.expr !== null) throw new UnknownLineage('no lineage for COLUMNS(…)')
  const relation = asciiLower(String(star.relation_name))
  const all = relation === '' ? from.star : (from.sources.find((source) => source.alias === relation)?.columns ?? [])
  const excluded = new Set(
    [...(star.exclude_list as string[]), ...(star.qualified_exclude_list as { column: string }[]).map((key) => key.column)].map(asciiLower),
  )
  const replaced = new Map(
    (star.replace_list as { key: string; value: Node }[]).map(({ key, value }) => [asciiLower(key), originsOf(value, scope)]),
  )
  const renamed = new Map(
    (star.rename_list as { key: { column: string }; value: string }[]).map(({ key, value }) => [asciiLower(key.column), asciiLower(value)]),
  )
  return all
    .filter((column) => !excluded.has(column.name))
    .map((column) => ({ name: renamed.get(column.name) ?? column.name, origins: replaced.get(column.name) ?? column.origins }))
}

function readFrom(table: Node, scope: Scope): From {
  if (table.type === 'EMPTY') return { sources: [], star: [] }
  if (table.type === 'JOIN') return readJoin(table, scope)
  const columns = rename(readTable(table, scope), (table.column_name_alias ?? table.expected_names ?? []) as string[])
  const named = (table.type === 'TABLE_FUNCTION' ? { table_name: (table.function as Node).function_name } : table) as Partial<
    Record<string, string>
  >
  const alias = String(table.alias) || (named.table_name ?? '')
  const source = { schema: asciiLower(named.schema_name ?? ''), alias: asciiLower(alias), columns }
  return { sources: [source], star: columns }
}

function readTable(table: Node, scope: Scope): LineageColumn[] {
  if (table.type === 'BASE_TABLE') return readDataset(table, scope)
  if (table.type === 'SUBQUERY') return columnsOfNode((table.subquery as { node: Node }).node, scope)
  if (table.type === 'EXPRESSION_LIST') {
    const rows = (table.values as Node[][]).map((row) => row.map((value) => ({ name: '', origins: originsOf(value, scope) })))
    return rows.reduce((all, row) => merge(all, row)).map((column, index) => ({ ...column, name: `col${index}` }))
  }
  if (table.type === 'TABLE_FUNCTION') return readTableFunction(table, scope)
  throw new UnknownLineage(`no lineage for ${String(table.type)}`)
}

function readDataset(table: Node, scope: Scope): LineageColumn[] {
  const name = asciiLower(String(table.table_name))
  if (table.schema_name === '') return [...(scope.ctes.get(name) ?? [])]
  const dataset = `${asciiLower(String(table.schema_name))}.${name}`
  const columns = scope.schemas.get(dataset)
  if (columns === undefined) throw new UnknownLineage(`no schema of ${dataset}`)
  return columns.map((column) => ({ name: asciiLower(column), origins: new Set([`${dataset}\0${column}`]) }))
}

const jsonColumns = ['key', 'value', 'type', 'atom', 'id', 'parent', 'fullkey', 'path']

function readTableFunction(table: Node, scope: Scope): LineageColumn[] {
  const call = table.function as Node
  const name = asciiLower(String(call.function_name))
  const origins = originsOf(call, scope)
  const columns: LineageColumn[] = (name.startsWith('json_') ? jsonColumns : [name]).map((column) => ({ name: column, origins }))
  return table.with_ordinality === 'WITH_ORDINALITY' ? [...columns, { name: 'ordinality', origins: new Set() }] : columns
}

function readJoin(table: Node, scope: Scope): From {
  const left = readFrom(table.left as Node, scope)
  const right = readFrom(table.right as Node, { ...scope, outer: { ...scope, sources: left.sources } })
  if (table.join_type === 'SEMI' || table.join_type === 'ANTI') return left
  const rightNames = new Set(right.star.map((column) => column.name))
  const natural = left.star.map((column) => column.name).filter((name) => rightNames.has(name))
  const shared = new Set(table.ref_type === 'NATURAL' ? natural : ((table.using_columns ?? []) as string[]).map(asciiLower))
  const both = (name: string): Origins =>
    union([...left.star, ...right.star].filter((column) => column.name === name).map((column) => column.origins))
  const star = [
    ...left.star.map((column) => (shared.has(column.name) ? { name: column.name, origins: both(column.name) } : column)),
    ...right.star.filter((column) => !shared.has(column.name)),
  ]
  return { sources: [...left.sources, ...right.sources], star }
}

/** Every column that stands anywhere in an expression. */
function originsOf(value: unknown, scope: Scope): Origins {
  if (Array.isArray(value)) return union(value.map((item) => originsOf(item, scope)))
  if (typeof value !== 'object' || value === null) return new Set()
  const node = value as Node
  if (node.class === 'COLUMN_REF') return resolveColumn(node.column_names as string[], scope)
  if (node.class === 'STAR' || node.class === 'POSITIONAL_REFERENCE') throw new UnknownLineage(`no lineage for ${node.class}`)
  if (node.class === 'LAMBDA') return originsOf(node.expr, { ...scope, locals: new Set([...scope.locals, ...parametersOf(node.lhs)]) })
  if (node.class === 'SUBQUERY') {
    const selected = columnsOfNode((node.subquery as { node: Node }).node, scope)
    const fromInside = node.subquery_type === 'SCALAR' ? selected.map((column) => column.origins) : []
    return union([...fromInside, originsOf(node.child, scope)])
  }
  return union(Object.values(node).map((item) => originsOf(item, scope)))
}

function parametersOf(lhs: unknown): string[] {
  const node = lhs as Node
  if (node.class === 'COLUMN_REF') return (node.column_names as string[]).map(asciiLower)
  return ((node.children ?? []) as Node[]).flatMap(parametersOf)
}
