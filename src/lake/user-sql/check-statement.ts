import { AtlasError, type ErrorCode } from '../../core/errors.ts'
import { allowedFunctions } from './allowed-functions.ts'
import { textPosition } from './text-position.ts'

/** Nested JSON levels of the parsed statement; an expression level takes about two. */
const maxDepth = 1200
const layers: ReadonlySet<string> = new Set(['explore', 'chart', 'navigate'])
const tableName = /^[a-z_][a-z0-9_]{0,62}$/

const nodeTypes: ReadonlySet<unknown> = new Set([
  'SELECT_NODE',
  'SET_OPERATION_NODE',
  'RECURSIVE_CTE_NODE',
  'BASE_TABLE',
  'SUBQUERY',
  'JOIN',
  'TABLE_FUNCTION',
  'EXPRESSION_LIST',
  'EMPTY',
  'PIVOT',
  'LIMIT_MODIFIER',
  'LIMIT_PERCENT_MODIFIER',
  'ORDER_MODIFIER',
  'DISTINCT_MODIFIER',
  'ORDER_DEFAULT',
  'ASCENDING',
  'DESCENDING',
  'DECIMAL_TYPE_INFO',
  'STRUCT_TYPE_INFO',
  'LIST_TYPE_INFO',
  'ARRAY_TYPE_INFO',
  'UNBOUND_TYPE_INFO',
  'ENUM_TYPE_INFO',
  'STRING_TYPE_INFO',
])
const expressionClasses: ReadonlySet<unknown> = new Set([
  'COLUMN_REF',
  'CONSTANT',
  'STAR',
  'POSITIONAL_REFERENCE',
  'FUNCTION',
  'WINDOW',
  'OPERATOR',
  'COMPARISON',
  'CONJUNCTION',
  'BETWEEN',
  'CASE',
  'CAST',
  'COLLATE',
  'SUBQUERY',
  'LAMBDA',
])
const lowered = (names: readonly string[]): string[] => names.map(asciiLower)
const tableFunctions: ReadonlySet<string> = new Set(lowered(allowedFunctions.table))
// With the table functions, because a FROM item is checked twice: as a table by the narrow list, then as an expression by this one.
const functions: ReadonlySet<string> = new Set(
  lowered([...allowedFunctions.operator, ...allowedFunctions.scalar, ...allowedFunctions.aggregate, ...allowedFunctions.table]),
)
const windowFunctions: ReadonlySet<string> = new Set([...functions, ...lowered(allowedFunctions.window)])

type Node = Record<string, unknown>
interface Check {
  text: string
  datasets: Set<string>
}

/** Lower case as DuckDB folds names: ASCII letters only, so that no other letter (K, the kelvin sign) becomes equal to one. */
export function asciiLower(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/**
 * Walks a statement as `json_serialize_sql` gives it and refuses everything that is not known to be harmless.
 * @param text what the user wrote, for the places in messages
 * @returns the datasets named, as `layer.name`, in order
 * @throws AtlasError `sql.forbidden_table`, `sql.forbidden_function` or `sql.forbidden`
 */
export function checkStatement(statement: unknown, text: string): string[] {
  const check: Check = { text, datasets: new Set() }
  visit(statement, new Set(), check, 0)
  return [...check.datasets]
}

function visit(value: unknown, outer: ReadonlySet<string>, check: Check, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth > maxDepth) throw new AtlasError('sql.forbidden', 'The SQL is nested too deeply; the limit is about 500 levels.')
  if (Array.isArray(value)) {
    for (const item of value) visit(item, outer, check, depth + 1)
    return
  }
  const node = value as Node
  const scope = 'cte_map' in node ? withCtes(node, outer, check, depth) : outer
  if ('class' in node) checkExpression(node, check)
  else if ('type' in node && typeof node.type !== 'object') checkNode(node, scope, check)
  const inner = node.type === 'RECURSIVE_CTE_NODE' ? new Set([...scope, asciiLower(String(node.cte_name))]) : scope
  for (const [key, child] of Object.entries(node)) {
    // The first branch of a recursive CTE does not see the CTE's own name.
    if (key !== 'cte_map') visit(child, key === 'left' ? scope : inner, check, depth + 1)
  }
}

/** The names in scope inside the node: those from outside and its own CTEs, each of which sees only the ones before it. */
function withCtes(node: Node, outer: ReadonlySet<string>, check: Check, depth: number): ReadonlySet<string> {
  const entries = (node.cte_map as { map: { key: string; value: Node }[] }).map
  if (entries.length === 0) return outer
  const scope = new Set(outer)
  for (const { key, value } of entries) {
    visit(value, scope, check, depth + 2)
    if (isPresent(value.key_targets) || isPresent(value.payload_aggregates))
      refuse(check, value, 'sql.forbidden', 'USING KEY in a recursive CTE is not allowed')
    if (!isCteName(key))
      refuse(check, value, 'sql.forbidden_table', `A CTE cannot be named ${quote(key)}: it reads like a system table or a file`)
    scope.add(asciiLower(key))
  }
  return scope
}

/** Where a CTE is out of scope its name would mean the engine's own view or a file, so such names are refused altogether. */
function isCteName(name: string): boolean {
  return !/^(duckdb_|pg_|sqlite_|pragma_|information_schema)/i.test(name) && !/[./\\:*?[\]\0]/.test(name)
}

function checkNode(node: Node, scope: ReadonlySet<string>, check: Check): void {
  if (node.type === 'SHOW_REF') refuse(check, node, 'sql.not_select', 'DESCRIBE, SHOW and SUMMARIZE are not SELECT statements')
  if (!nodeTypes.has(node.type)) refuse(check, node, 'sql.forbidden', `${quote(String(node.type))} is not allowed`)
  if (node.type === 'BASE_TABLE') checkTable(node, scope, check)
  if (node.type === 'TABLE_FUNCTION') checkFunction(node.function as Node, tableFunctions, check)
  if (node.type === 'UNBOUND_TYPE_INFO' && (isPresent(node.catalog) || isPresent(node.schema))) {
    refuse(check, node, 'sql.forbidden', 'A type cannot be named with a schema')
  }
  if (isPresent(node.extension_info)) refuse(check, node, 'sql.forbidden', 'A type of an extension is not allowed')
}

function checkTable(node: Node, scope: ReadonlySet<string>, check: Check): void {
  const table = asciiLower(String(node.table_name))
  const schema = asciiLower(String(node.schema_name))
  const shown = quote([node.catalog_name, node.schema_name, node.table_name].filter(isPresent).join('.'))
  if (isPresent(node.at_clause)) refuse(check, node, 'sql.forbidden', 'AT (…) is not allowed; choose the snapshot with the option `at`')
  if (isPresent(node.catalog_name)) refuse(check, node, 'sql.forbidden_table', `${shown} is not a dataset`)
  if (schema === '' && scope.has(table)) return
  if (!layers.has(schema) || !tableName.test(table)) refuse(check, node, 'sql.forbidden_table', `${shown} is neither a dataset nor a CTE`)
  check.datasets.add(`${schema}.${table}`)
}

function checkExpression(node: Node, check: Check): void {
  if (node.class === 'PARAMETER') refuse(check, node, 'sql.forbidden', 'Parameters ($1, ?) are not allowed; write the value')
  if (!expressionClasses.has(node.class)) refuse(check, node, 'sql.forbidden', `${quote(String(node.class))} is not allowed`)
  if (node.class === 'FUNCTION') checkFunction(node, functions, check)
  if (node.class === 'WINDOW') checkFunction(node, windowFunctions, check)
}

function checkFunction(node: Node, allowed: ReadonlySet<string>, check: Check): void {
  const name = String(node.function_name)
  const plain = node.catalog === '' && (node.schema === '' || node.schema === 'main')
  if (!plain || !allowed.has(asciiLower(name)))
    refuse(check, node, 'sql.forbidden_function', `The function ${quote(name)} is not allowed here`)
  if (node.export_state === true) refuse(check, node, 'sql.forbidden', 'EXPORT_STATE is not allowed')
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
}

function quote(name: string): string {
  const clean = name.replaceAll(/\p{C}/gu, '�')
  return `"${clean.length > 80 ? `${clean.slice(0, 80)}…` : clean}"`
}

function refuse(check: Check, node: Node, code: ErrorCode, message: string): never {
  const offset = Number(node.query_location ?? Number.NaN)
  const place = offset <= check.text.length * 4 ? ` (${textPosition(check.text, offset, 'bytes')})` : ''
  throw new AtlasError(code, `${message}${place}.`)
}
