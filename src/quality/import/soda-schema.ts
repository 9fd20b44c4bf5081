import { toColumnType } from './column-type.ts'
import type { RuleDraft } from './imported.ts'
import { asNames, asObject, asText } from './read-value.ts'

/**
 * A schema check of SodaCL: columns that must be there or not, with types and places, each to warn or to fail.
 * @param skip is told what could not be carried over
 */
export function sodaSchema(given: Record<string, unknown>, skip: (what: string, why: string) => void): RuleDraft[] {
  return (['warn', 'fail'] as const).flatMap((level) => {
    const node = asObject(given[level])
    if (node === null) return []
    for (const key of Object.keys(node)) if (!known.has(key)) skip(key, 'Atlas does not know this condition')
    const severity = level === 'warn' ? { severity: 'warning' as const } : {}
    return [...required(node, skip), ...forbidden(node, skip), ...changes(node, skip)].map((draft) => ({ ...draft, ...severity }))
  })
}

const known = new Set([
  'when required column missing',
  'when wrong column type',
  'when wrong column index',
  'when forbidden column present',
  'when schema changes',
])

type Skip = (what: string, why: string) => void

function required(node: Record<string, unknown>, skip: Skip): RuleDraft[] {
  const names = asNames(node['when required column missing'])
  const columns: { name: string; type?: string }[] = names.filter(isPlain('when required column missing', skip)).map((name) => ({ name }))
  for (const [name, given] of Object.entries(asObject(node['when wrong column type']) ?? {})) {
    const type = toColumnType(asText(given) ?? '')
    if (type === null) skip(`when wrong column type: ${name}`, `the type ${asText(given) ?? '?'} is none of Atlas`)
    else {
      const known = columns.find((column) => column.name === name)
      if (known === undefined) columns.push({ name, type })
      else known.type = type
    }
  }
  for (const [name] of Object.entries(asObject(node['when wrong column index']) ?? {}))
    skip(`when wrong column index: ${name}`, 'Atlas knows the order of all columns, not the place of one')
  return columns.length === 0 ? [] : [{ check: 'schema', options: { columns, added: 'allow' } }]
}

function forbidden(node: Record<string, unknown>, skip: Skip): RuleDraft[] {
  const columns = asNames(node['when forbidden column present']).filter(isPlain('when forbidden column present', skip))
  return columns.length === 0 ? [] : [{ check: 'column-set', options: { columns, match: 'none' } }]
}

function changes(node: Record<string, unknown>, skip: Skip): RuleDraft[] {
  if (node['when schema changes'] !== undefined)
    skip('when schema changes', 'Atlas keeps every change of a schema, and the contract of a stream says what happens')
  return []
}

function isPlain(key: string, skip: Skip): (name: string) => boolean {
  return (name) => {
    if (!/[%*]/.test(name)) return true
    skip(`${key}: ${name}`, 'a column must be named in full')
    return false
  }
}

/** `decimal` with precision and scale beside it is `decimal(10,2)`. */
function typeOf(column: Record<string, unknown>): string | null {
  const said = asText(column['data_type'])
  const precision = asText(column['numeric_precision'])
  if (said === null || precision === null || said.includes('(')) return said
  return /^(decimal|numeric|number|dec)$/i.test(said.trim()) ? `${said}(${precision},${asText(column['numeric_scale']) ?? '0'})` : said
}

/** The schema check of a contract: the columns that it lists. */
export function contractSchemaRule(
  given: Record<string, unknown>,
  columns: readonly Record<string, unknown>[],
  skip: Skip,
): RuleDraft[] | string {
  const listed = columns.flatMap((column) => {
    const name = asText(column['name'])
    const said = typeOf(column)
    const type = toColumnType(said ?? '')
    if (said !== null && type === null) skip(`${name ?? 'column'}: ${said}`, 'the type is none of Atlas; the column must be there')
    if (column['character_maximum_length'] != null)
      skip(`${name ?? 'column'}: character_maximum_length`, 'text has no greatest length in its type here; write it as length')
    return name === null ? [] : [{ name, ...(type === null ? {} : { type }), ...(column['optional'] === true ? { optional: true } : {}) }]
  })
  if (listed.length === 0) return 'it lists no columns'
  const added = given['allow_extra_columns'] === true || given['extra_columns_allowed'] === true ? 'allow' : 'fail'
  return [{ check: 'schema', options: { columns: listed, added, order: given['allow_other_column_order'] !== true } }]
}
