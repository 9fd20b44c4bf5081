import { AtlasError } from '../core/errors.ts'
import { raw, type Sql } from '../core/sql.ts'
import { parseUserSql } from '../lake/user-sql/parse.ts'
import { inOwnLines } from './measuring/own-lines.ts'

/** What an expression over one row may be made of. It runs in Atlas's own process, so nothing that can take much memory or time is here. */
const CLASSES = new Set(['COLUMN_REF', 'CONSTANT', 'COMPARISON', 'CONJUNCTION', 'OPERATOR', 'FUNCTION', 'CAST', 'CASE', 'BETWEEN'])
// oxfmt-ignore
const FUNCTIONS = new Set([
  '+', '-', '*', '/', '//', '%', '||', '~~', '!~~', '~~*', '!~~*', 'abs', 'ceil', 'ceiling', 'coalesce', 'concat', 'contains',
  'date_diff', 'datediff', 'date_part', 'date_trunc', 'day', 'ends_with', 'suffix', 'floor', 'greatest', 'hour', 'isfinite', 'isinf',
  'isnan', 'least', 'left', 'len', 'length', 'lower', 'ltrim', 'minute', 'month', 'nullif', 'prefix', 'quarter', 'regexp_full_match',
  'regexp_matches', 'right', 'round', 'rtrim', 'second', 'sign', 'starts_with', 'strlen', 'substr', 'substring', 'trim', 'trunc',
  'upper', 'week', 'weekday', 'year', 'dayofweek', 'isodow', 'add', 'subtract', 'multiply', 'divide', 'mod',
])

/**
 * Proves that a text is an expression over one row and nothing else.
 * @param isConfined true for one that only the confined process runs: it may use all functions of queries
 * @returns the SQL to use
 * @throws AtlasError `sql.*` naming the expression
 */
export async function proveExpression(text: string, isConfined = false): Promise<Sql> {
  // On lines of its own, so that a comment in it ends before the bracket; the same form is parsed here and used later.
  const wrapped = `(\n${text}\n)`
  try {
    // As the only argument of a call: brackets that the text closes and opens again would make something else of it.
    const { statement } = await parseUserSql(`select coalesce${wrapped} as holds from chart.rows`)
    inspect(onlyArgument(selectedExpression(statement)), isConfined)
    return raw(wrapped)
  } catch (fault) {
    // The bracket stands on a line before it.
    const error = inOwnLines(fault, 1)
    if (error instanceof AtlasError)
      throw new AtlasError(error.code, `The expression "${text}" is not accepted: ${error.message}`, {
        cause: error,
        next: error.next,
      })
    throw error
  }
}

interface SelectNode {
  type: string
  select_list: unknown[]
  from_table: { type: string; table_name?: string }
  where_clause: unknown
  group_expressions: unknown[]
  having: unknown
  qualify: unknown
  sample: unknown
  modifiers: unknown[]
  cte_map: { map: unknown[] }
}

function selectedExpression(statement: unknown): unknown {
  const { node } = statement as { node: SelectNode }
  const isPlain =
    node.type === 'SELECT_NODE' &&
    node.select_list.length === 1 &&
    node.from_table.type === 'BASE_TABLE' &&
    node.from_table.table_name === 'rows' &&
    node.where_clause === null &&
    node.group_expressions.length === 0 &&
    node.having === null &&
    node.qualify === null &&
    node.sample === null &&
    node.modifiers.length === 0 &&
    node.cte_map.map.length === 0
  if (!isPlain) throw new AtlasError('sql.forbidden', 'It is more than one expression over a row.')
  return node.select_list[0]
}

function onlyArgument(call: unknown): unknown {
  const { type, children } = call as { type: string; children?: unknown[] }
  if (type !== 'OPERATOR_COALESCE' || children?.length !== 1)
    throw new AtlasError('sql.forbidden', 'It is more than one expression over a row.', {
      next: 'Write one condition in which every bracket that closes was opened.',
    })
  return children[0]
}

function inspect(part: unknown, isConfined: boolean): void {
  if (Array.isArray(part)) return part.forEach((inner) => inspect(inner, isConfined))
  if (part === null || typeof part !== 'object') return
  const node = part as Record<string, unknown>
  if (typeof node['class'] === 'string') {
    if (!CLASSES.has(node['class']))
      throw new AtlasError(
        'sql.forbidden',
        `It uses ${node['class'].toLowerCase().replaceAll('_', ' ')}, which an expression over one row may not.`,
      )
    if (!isConfined && node['class'] === 'FUNCTION' && !FUNCTIONS.has(String(node['function_name']))) {
      throw new AtlasError(
        'sql.forbidden_function',
        `The function ${String(node['function_name'])} is not allowed in an expression over one row.`,
      )
    }
    if (!isConfined) refuseSlowLike(node)
  }
  for (const value of Object.values(node)) inspect(value, isConfined)
}

const LIKES = new Set(['~~', '!~~', '~~*', '!~~*'])

/**
 * DuckDB matches ILIKE, and LIKE with `_`, by trying every place for every `%` anew, and nothing stops it while it is at one text: five `%` over
 * a text of a few hundred letters take hours. LIKE with `%` alone is matched part by part.
 */
function refuseSlowLike({ function_name: name, children }: Record<string, unknown>): void {
  if (!LIKES.has(String(name))) return
  const [, pattern] = children as { class?: string; value?: { value?: unknown } }[]
  const text = pattern?.class === 'CONSTANT' ? pattern.value?.value : undefined
  if (typeof text !== 'string') throw slowLike('LIKE takes its pattern as a text written there')
  const isPlain = !String(name).endsWith('*') && !/[_\\]/.test(text)
  if (!isPlain && text.split('%').length > 3) throw slowLike('ILIKE, and LIKE with _, take two % at most')
}

function slowLike(what: string): AtlasError {
  return new AtlasError('sql.forbidden', `${what}: others can take hours over one long text.`, {
    next: 'Use regexp_matches, whose time grows with the length of the text alone.',
  })
}
